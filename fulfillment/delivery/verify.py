"""Between payment and dispatch: is everything there that was sold?"""

import datetime as dt

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from fulfillment.delivery.models import Fulfillment, Shipment
from kameng.lib import failpoints
from kameng.lib.compiled import Compiled, Slot
from kameng.lib.transitions import begin, move
from kameng.notices.alarms import raise_alarm
from kameng.tasks.failing import first
from kameng.tasks.wake import wake
from shop.catalog.models import Mode
from shop.inventory.models import Reservation, StockUnit, UnitStatus
from shop.orders.models import LineStatus, OrderLine


def line_in_hand(status: LineStatus) -> QuerySet[OrderLine]:
    """The line of a key, locked, if it is in this status and nobody else holds it."""
    rows = OrderLine.objects.filter(pk=Slot("pk"), status=status)
    return rows.select_for_update(skip_locked=True, of=("self",))


_PAID = Compiled(lambda: line_in_hand(LineStatus.PAID))


def verify(*, line_id: int, now: dt.datetime) -> bool:
    """PAID → VERIFIED with a Fulfillment WAITING, and wakes dispatch; False when the line is in other hands.

    A line that lost its units goes ON_HOLD with an alarm; at its refund deadline it is paid back like any other.
    """
    with failpoints.commit("verify"):
        line = _PAID.first(pk=line_id)
        if line is None:
            return False
        units = _owned(line)
        if units != line.quantity:
            _hold(line, units, now)
            return True
        move(line, LineStatus.VERIFIED, now=now, actor="verify", changes={"verified_at": now})
        fulfillment = Fulfillment(line=line, paid_seq=line.paid_seq or line.pk, next_try_at=now)
        fulfillment.save(force_insert=True)
        begin([fulfillment], now=now, actor="verify")
        if line.mode == Mode.AUTO:
            wake("deliver")
        elif line.mode == Mode.SHIPMENT:
            shipment = Shipment.objects.create(line=line)
            begin([shipment], now=now, actor="verify")
        return True


def _owned(line: OrderLine) -> int:
    """Units or pieces that the line has for good."""
    if not line.counted:
        return StockUnit.objects.filter(reservation=line.reservation_id, status=UnitStatus.ALLOCATED).count()
    claims = Reservation.objects.filter(line=line, counted=True, final=True, released_at=None)
    return claims.values_list("quantity", flat=True).first() or 0


def _hold(line: OrderLine, units: int, now: dt.datetime) -> None:
    move(line, LineStatus.ON_HOLD, now=now, actor="verify", reason="stock missing")
    raise_alarm(
        key=f"line:{line.pk}:stock",
        kind="stock-missing",
        subject=line.ref,
        text=_("A paid line owns %(units)d of %(quantity)d units.") % {"units": units, "quantity": line.quantity},
        now=now,
    )


def unverified(now: dt.datetime) -> list[int]:
    """Keys of paid lines to verify, first paid first, at most 200; those past their deadline belong to the clock."""
    rows = OrderLine.objects.filter(status=LineStatus.PAID, refund_by__gt=now)
    return first(rows.order_by("paid_seq"))
