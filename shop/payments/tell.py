"""What a buyer is told right after payment: of each line what happens now, and by when."""

import datetime as dt
from collections.abc import Sequence

from kameng.notices.events import PAID
from kameng.notices.notify import Recipient, notify
from shop.catalog.models import Mode
from shop.orders.models import Order, OrderLine

#: Goods promised within this long come by themselves within seconds, as a rule …
SOON = dt.timedelta(minutes=1)
#: … so the mail of the payment waits for them as long, and tells of both; who is left without goods by then has to know.
PATIENCE = dt.timedelta(seconds=20)


def tell_paid(order: Order, lines: Sequence[OrderLine], *, now: dt.datetime) -> None:
    """Word that the order is paid, once an order. Inner step of `pay`: the lines have their promise and their deadline.

    In the shop it stands at once. Its mail goes out at once too, unless some line comes by itself within a minute: then after
    20 seconds, as one mail with the first goods if they come before it, and not at all if everything did (see
    `kameng.notices.gather`).
    """
    soon = any(_soon(line) for line in lines)
    user = order.user if order.user_id else None
    notify(
        key=f"{order.owner}:paid",
        event=PAID,
        to=Recipient(order.email, order.locale, user, order.owner, PATIENCE if soon else dt.timedelta(0)),
        context={
            "number": order.number,
            "token": "" if order.user_id else order.token,
            "amount": order.total,
            "currency": order.currency,
            "paid_at": now.isoformat(),
            "lines": [_line(line) for line in lines],
        },
        now=now,
    )


def _soon(line: OrderLine) -> bool:
    return line.mode == Mode.AUTO and line.promise_seconds <= SOON.total_seconds()


def _line(line: OrderLine) -> dict[str, object]:
    return {
        "line": line.ref,
        "title": line.title,
        "face": line.face,
        "description": line.description,
        "quantity": line.quantity,
        "mode": line.mode,
        "soon": _soon(line),
        "promised_by": line.promised_by.isoformat() if line.promised_by else "",
        "refund_by": line.refund_by.isoformat() if line.refund_by else "",
    }
