"""When every line has ended, so has the order."""

import datetime as dt

from kameng.lib.transitions import move
from shop.orders.models import FINAL_LINES, LineStatus, Order, OrderLine, OrderStatus


def settle(*, order: Order, now: dt.datetime, actor: str) -> None:
    """PAID → COMPLETED once all lines are final and something was delivered, → CANCELED when nothing was. Inner step.

    The caller holds the order; nothing happens while a line is still open.
    """
    lines = list(OrderLine.objects.filter(order=order).values_list("status", "delivered"))
    if order.status != OrderStatus.PAID or not all(status in FINAL_LINES for status, _delivered in lines):
        return
    came = any(status == LineStatus.COMPLETED or delivered for status, delivered in lines)
    end = OrderStatus.COMPLETED if came else OrderStatus.CANCELED
    move(order, end, now=now, actor=actor, changes={"closed_at": now})
