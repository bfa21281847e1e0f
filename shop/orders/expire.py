"""The end of a reservation: unpaid orders are closed, their stock is sellable again."""

import datetime as dt

from django.utils.translation import gettext as _

from kameng.lib import failpoints
from kameng.lib.transitions import Refused, move, move_all
from kameng.tasks.failing import first
from shop.inventory.claim import release
from shop.inventory.models import Reservation
from shop.orders.models import LineStatus, Order, OrderStatus
from shop.orders.rows import lock_order, locked_lines

EXTENSION = dt.timedelta(minutes=5)
#: Money that comes within this time after expiry still buys the goods at the old price, if all of them are there.
LATE_WINDOW = dt.timedelta(hours=24)


class CannotExtend(Refused):
    """The order is paid or closed, was extended before, or its time is over."""


def expire(*, order_id: int, now: dt.datetime) -> bool:
    """PENDING → EXPIRED, lines RELEASED, units AVAILABLE; False, and nothing changed, when it is not due or was paid."""
    with failpoints.commit("expire"):
        order = lock_order(order_id)
        if order.status != OrderStatus.PENDING or order.reserved_until > now:
            return False
        lines = locked_lines(order)
        move_all(lines, LineStatus.RELEASED, now=now, actor="clock", reason="reservation lapsed")
        for line in lines:
            if line.reservation_id:
                release(reservation_id=line.reservation_id, now=now, actor="clock", reason="reservation lapsed")
        move(order, OrderStatus.EXPIRED, now=now, actor="clock", reason="reservation lapsed", changes={"closed_at": now})
        return True


def extend(*, order_id: int, now: dt.datetime) -> Order:
    """Give the buyer five minutes more, once; raises CannotExtend."""
    with failpoints.commit("extend"):
        order = lock_order(order_id)
        if order.status != OrderStatus.PENDING or order.extended or order.reserved_until <= now:
            raise CannotExtend(_("The time of this order cannot be extended (any more)."))
        until = order.reserved_until + EXTENSION
        Reservation.objects.filter(line__in=locked_lines(order)).update(until=until)
        Order.objects.filter(pk=order.pk).update(reserved_until=until, extended=True)
        order.reserved_until, order.extended = until, True
        return order


def overdue(now: dt.datetime) -> list[int]:
    """Keys of unpaid orders whose time is over, oldest first, at most 200."""
    rows = Order.objects.filter(status=OrderStatus.PENDING, reserved_until__lte=now)
    return first(rows.order_by("reserved_until"))
