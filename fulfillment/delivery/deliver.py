"""Automatic delivery: the units are the line's already; now they are its buyer's."""

import datetime as dt

from django.db.models import Q

from fulfillment.delivery.models import DISPATCHABLE, Fulfillment, FulfillmentStatus
from fulfillment.delivery.tell import tell_delivered
from fulfillment.delivery.verify import line_in_hand
from kameng.lib import failpoints
from kameng.lib.compiled import Compiled, Slot
from kameng.lib.pauses import growing
from kameng.lib.transitions import move
from kameng.tasks.failing import first
from shop.catalog.models import Mode
from shop.inventory.claim import hand_over
from shop.orders.models import LineStatus

FIRST_PAUSE = dt.timedelta(seconds=5)
LONGEST_PAUSE = dt.timedelta(minutes=5)

_VERIFIED = Compiled(lambda: line_in_hand(LineStatus.VERIFIED).select_related("merchant", "order"))
_FULFILLMENT = Compiled(lambda: Fulfillment.objects.filter(line=Slot("line")).select_for_update(of=("self",)))


class StockMissing(Exception):
    """A verified line does not own its units: the stock was changed behind the shop's back."""


def deliver(*, line_id: int, now: dt.datetime) -> bool:
    """VERIFIED → DELIVERING → DELIVERED with all its units, the complaint window opens, the buyer gets word.

    False when the line is in other hands or past its refund deadline, which is the clock's. A failure is noted on the
    Fulfillment (RETRY with a growing pause) and raised again.
    """
    try:
        with failpoints.commit("deliver"):
            return _deliver(line_id, now)
    except Exception as error:
        note_failure(line_id=line_id, problem=type(error).__name__, now=now)
        raise


def _deliver(line_id: int, now: dt.datetime) -> bool:
    line = _VERIFIED.first(pk=line_id)
    if line is None or line.refund_by is None or line.refund_by <= now:
        return False
    fulfillment = _FULFILLMENT.one(line=line.pk)
    if line.reservation_id is None or fulfillment.status not in DISPATCHABLE:
        return False
    ends = {
        "delivered": line.quantity,
        "delivered_at": now,
        "complaint_by": line.complaint_end(now),
    }
    move(line, LineStatus.DELIVERING, LineStatus.DELIVERED, now=now, actor="deliver", changes=ends)
    done = {"attempts": fulfillment.attempts + 1, "problem": ""}
    move(fulfillment, FulfillmentStatus.RUNNING, FulfillmentStatus.DELIVERED, now=now, actor="deliver", changes=done)
    units = hand_over(reservation_id=line.reservation_id, now=now, actor="deliver")
    if units != line.quantity:
        raise StockMissing(f"line {line.pk} owns {units} of {line.quantity} units")
    tell_delivered(line, line.order, quantity=line.quantity, now=now)
    return True


def note_failure(*, line_id: int, problem: str, now: dt.datetime) -> None:
    """Put the fulfillment to RETRY after a growing pause; nothing where it was delivered or cancelled meanwhile."""
    with failpoints.commit("note_failure"):
        row = Fulfillment.objects.select_for_update().filter(line_id=line_id, status__in=DISPATCHABLE).first()
        if row is None:
            return
        pause = growing(FIRST_PAUSE, LONGEST_PAUSE, after=row.attempts)
        changes = {"attempts": row.attempts + 1, "next_try_at": now + pause, "problem": problem}
        path = [FulfillmentStatus.RUNNING, FulfillmentStatus.RETRY]
        move(row, *path, now=now, actor="deliver", reason=problem, changes=changes)


def undelivered(now: dt.datetime) -> list[int]:
    """Keys of lines to deliver from stock, first paid first, at most 200."""
    due = Q(status__in=DISPATCHABLE, next_try_at__lte=now, line__status=LineStatus.VERIFIED, line__refund_by__gt=now)
    automatic = Fulfillment.objects.filter(due, line__mode=Mode.AUTO)
    return first(automatic.order_by("paid_seq"), key="line_id")
