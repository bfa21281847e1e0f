"""The complaint window is over: escrow goes to the merchant, the line is done."""

import datetime as dt

from kameng.lib import failpoints, money
from kameng.lib.transitions import move
from kameng.tasks.failing import first
from shop.ledger import escrow
from shop.orders.models import LineStatus, OrderLine
from shop.orders.rows import lock_order
from shop.orders.settle import settle


def complete(*, line_id: int, now: dt.datetime) -> bool:
    """DELIVERED → COMPLETED, escrow → merchant's payable and commission; False when it is not due."""
    order_id = OrderLine.objects.values_list("order_id", flat=True).get(pk=line_id)
    with failpoints.commit("complete"):
        order = lock_order(order_id)
        line = OrderLine.objects.select_for_update(of=("self",)).get(pk=line_id)
        if line.status != LineStatus.DELIVERED or line.complaint_by is None or line.complaint_by > now:
            return False
        move(line, LineStatus.COMPLETED, now=now, actor="clock", changes={"completed_at": now})
        kept = line.total - line.refunded_amount
        escrow.release(ref=line.ref, commission=money.share(kept, line.commission_bps), now=now)
        settle(order=order, now=now, actor="clock")
        return True


def undisputed(now: dt.datetime) -> list[int]:
    """Keys of delivered lines whose complaint window is over, oldest first, at most 200."""
    rows = OrderLine.objects.filter(status=LineStatus.DELIVERED, complaint_by__lte=now)
    return first(rows.order_by("complaint_by"))
