"""The refund deadline: what was not delivered by then is paid back by itself."""

import datetime as dt

from fulfillment.delivery.models import Fulfillment, FulfillmentStatus
from kameng.lib import failpoints
from kameng.lib.transitions import move
from kameng.notices.notify import Recipient, notify
from kameng.tasks.failing import first
from shop.inventory.claim import release
from shop.ledger import escrow
from shop.ledger.models import AccountKind
from shop.ledger.post import account
from shop.orders.models import WAITING_LINES, LineStatus, Order, OrderLine
from shop.orders.rows import lock_order
from shop.orders.settle import settle
from shop.payments.refunds import Ask, lock_receipts, request

LIVE = (FulfillmentStatus.WAITING, FulfillmentStatus.RETRY, FulfillmentStatus.NEEDS_ATTENTION, FulfillmentStatus.RUNNING)


def refund_overdue(*, line_id: int, now: dt.datetime) -> bool:
    """A waiting line past its deadline → REFUNDED in full; units are sellable again, escrow → order → source or wallet.

    False, and nothing changed, when it is not due or was delivered first: the guarded update of the line decides.
    """
    order_id = OrderLine.objects.values_list("order_id", flat=True).get(pk=line_id)
    with failpoints.commit("refund"):
        order = lock_order(order_id)
        line = OrderLine.objects.select_for_update(of=("self",)).select_related("merchant").get(pk=line_id)
        if line.status not in WAITING_LINES or line.refund_by is None or line.refund_by > now:
            return False
        _refund(line, order, now)
        return True


def _refund(line: OrderLine, order: Order, now: dt.datetime) -> None:
    ends = {"refunded_quantity": line.quantity, "refunded_amount": line.total, "refunded_at": now}
    move(line, LineStatus.REFUNDED, now=now, actor="clock", reason="refund deadline", changes=ends)
    lock_receipts(order)
    _cancel_fulfillment(line, now)
    if line.reservation_id:
        release(reservation_id=line.reservation_id, now=now, actor="clock", reason="refund deadline")
    target = account(owner=order.owner, kind=AccountKind.ORDER, currency=order.currency)
    escrow.give_back(ref=line.ref, target=target, amount=line.total, now=now)
    refunds = request(ask=Ask(order, line.total, "refund deadline", line), now=now, actor="clock")
    settle(order=order, now=now, actor="clock")
    _tell(line, order, " ".join(sorted({refund.destination for refund in refunds})), now)


def _cancel_fulfillment(line: OrderLine, now: dt.datetime) -> None:
    row = Fulfillment.objects.select_for_update().filter(line=line, status__in=LIVE).first()
    if row:
        move(row, FulfillmentStatus.CANCELED, now=now, actor="clock", reason="refund deadline")


def _tell(line: OrderLine, order: Order, destination: str, now: dt.datetime) -> None:
    notify(
        key=f"line:{line.pk}:refunded",
        event="refunded",
        to=Recipient(order.email, order.locale, order.user),
        context={
            "number": order.number,
            "token": "" if order.user_id else order.token,
            "title": line.title,
            "face": line.face,
            "quantity": line.quantity,
            "merchant": line.merchant.name,
            "paid_at": line.paid_at.isoformat() if line.paid_at else "",
            "refunded_at": now.isoformat(),
            "amount": line.total,
            "currency": order.currency,
            "destination": destination,
        },
        now=now,
    )


def overdue(now: dt.datetime) -> list[int]:
    """Keys of waiting lines past their refund deadline, oldest first, at most 200."""
    rows = OrderLine.objects.filter(status__in=WAITING_LINES, refund_by__lte=now)
    return first(rows.order_by("refund_by"))
