"""What a buyer is told of a line, once each: that goods are here, that money went back."""

import datetime as dt

from fulfillment.delivery.models import READ
from kameng.notices.notify import Recipient, notify
from shop.orders.models import Order, OrderLine


def tell_delivered(line: OrderLine, order: Order, *, quantity: int, now: dt.datetime) -> None:
    """So many units of the line arrived just now; its counts hold them already."""
    part = "" if quantity == line.quantity else f":{line.delivered}"
    about = {
        "quantity": quantity,
        "amount": line.total,
        "delivered_at": now.isoformat(),
        "complaint_by": _iso(line.complaint_by),
    }
    _tell(f"delivered{part}", line, order, about, now)


def tell_shipped(line: OrderLine, order: Order, *, courier: str, number: str, now: dt.datetime) -> None:
    """The parcel with the line is with a courier."""
    about = {"quantity": line.quantity, "amount": line.total, "shipped_at": now.isoformat(), "courier": courier}
    _tell("shipped", line, order, {**about, "tracking": number}, now)


def tell_refunded(line: OrderLine, order: Order, *, where: str, now: dt.datetime) -> None:
    """What the line says is refunded is on its way back to `where` (a Destination, or two)."""
    about = {"quantity": line.refunded_quantity, "amount": line.refunded_amount, "destination": where}
    about["refunded_at"] = now.isoformat()
    _tell("refunded", line, order, about, now)


def _tell(what: str, line: OrderLine, order: Order, about: dict[str, object], now: dt.datetime) -> None:
    notify(
        key=f"line:{line.pk}:{what}",
        event=what.partition(":")[0],
        to=Recipient(order.email, order.locale, order.user if order.user_id else None, thread=order.owner),
        context={
            "line": line.ref,
            "readable": line.kind in READ,
            "number": order.number,
            "token": "" if order.user_id else order.token,
            "title": line.title,
            "face": line.face,
            "description": line.description,
            "merchant": line.merchant.name,
            "currency": order.currency,
            "paid_at": _iso(line.paid_at),
            **about,
        },
        now=now,
    )


def _iso(moment: dt.datetime | None) -> str:
    return moment.isoformat() if moment else ""
