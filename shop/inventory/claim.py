"""Claiming stock: rows are picked, never counted, and nobody is refused while units for their quantity remain.

Inner steps of the verbs that place and pay; callers claim SKUs in ascending primary key. The order of locks is in
shop/README.md.
"""

import datetime as dt
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.db.models.expressions import Combinable
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kameng.lib.compiled import Compiled, Slot
from kameng.lib.locks import StillHeld, in_time, serialize
from kameng.lib.transitions import Refused, move_all, move_where
from shop.catalog.models import Sku
from shop.inventory import pieces
from shop.inventory.models import TAKEN, Reservation, StockUnit, UnitStatus
from shop.inventory.queries import sellable, sellable_units

# Units that come free between two looks are worth another look, not an endless one. A lapsed unit in somebody's hands is not
# waited for by its row (they may be waiting for our name); whoever has it commits within moments.
PAUSES = (0.01, 0.02, 0.04, 0.08, 0.16, 0.32)
# A queue moves on: its last one waits for all before it, and must not take that for a lock that is stuck.
QUEUE_SECONDS = 10.0


class SoldOut(Refused):
    """Fewer units than asked for can be sold now; `left` says how many."""

    def __init__(self, sku: Sku, left: int) -> None:
        self.sku, self.left = sku, left
        said = ngettext("Only %(left)d left of %(what)s.", "Only %(left)d left of %(what)s.", left)
        super().__init__(said % {"left": left, "what": sku})


class Crowded(Refused):
    """The queue for this SKU did not move on in time; nothing was claimed, and nobody knows whether it is sold out."""


@dataclass(frozen=True, slots=True)
class Want:
    """So many units of a SKU for one holder until a time, and who asks; or the one `unit` that was chosen."""

    sku: Sku
    quantity: int
    holder: str
    until: dt.datetime
    actor: str
    unit: StockUnit | None = None


def claim(*, want: Want, now: dt.datetime) -> Reservation:
    """Reserve units: AVAILABLE → RESERVED under a new Reservation; of a counted SKU, pieces.

    Raises SoldOut or Crowded, and then holds nothing.
    """
    if want.sku.counted:
        return _pieces(want, now)
    picked = _attempt(want, now, skip_locked=True)
    if picked:
        return picked
    try:
        with in_time():
            return _insist(want, now)
    except StillHeld as error:
        raise Crowded(_("Very many are buying this right now. Nothing was ordered; please send it once more.")) from error


def _pieces(want: Want, now: dt.datetime) -> Reservation:
    got = pieces.reserve(sku=want.sku, quantity=want.quantity, holder=want.holder, until=want.until, now=now)
    if isinstance(got, int):
        raise SoldOut(want.sku, got)
    return got


def _attempt(want: Want, now: dt.datetime, *, skip_locked: bool) -> Reservation | None:
    # Without the savepoint, two buyers who each hold a part and wait for the other's would deadlock.
    with transaction.atomic():
        units = _pick(want, skip_locked=skip_locked)
        if len(units) == want.quantity:
            return take(want, units, now)
        transaction.set_rollback(True)
    return None


def _insist(want: Want, now: dt.datetime) -> Reservation:
    """Reclaim what lapsed and pick again, waiting for rivals: one caller a SKU, so that waiting has one order."""
    left = sellable(want.sku, now, at_most=want.quantity)
    if left < want.quantity:
        # What rivals hold uncommitted still counts as sellable here, so this refuses nobody too early.
        raise SoldOut(want.sku, left)
    serialize([f"claim:{want.sku.pk}"], patience=QUEUE_SECONDS)
    for pause in (0.0, *PAUSES):
        # First of all: most of those who waited here come too late, and the next ones wait for them.
        left = sellable(want.sku, now, at_most=want.quantity)
        if left < want.quantity:
            break
        give_way(pause)
        reclaim(sku=want.sku, at_most=want.quantity, now=now)
        reservation = _attempt(want, now, skip_locked=False)
        if reservation:
            return reservation
    if left >= want.quantity and _some_for(want, now):
        raise StillHeld
    # What is left of shared secrets may be none for who has them all.
    raise SoldOut(want.sku, min(left, want.quantity - 1))


def give_way(seconds: float) -> None:
    """Let rivals go on before the next look."""
    time.sleep(seconds)


def _pick(want: Want, *, skip_locked: bool) -> list[StockUnit]:
    picked = _free(want.quantity, shared=want.sku.uses > 1, skip_locked=skip_locked)
    return picked(sku=want.sku.pk, holder=want.holder)


@lru_cache
def _free(quantity: int, *, shared: bool, skip_locked: bool) -> Compiled[StockUnit]:
    """The first so many available units of a SKU, locked; of shared secrets only those new to the holder."""
    free = StockUnit.objects.filter(sku=Slot("sku"), status=UnitStatus.AVAILABLE).order_by("position").only("status")
    free = free.filter(_new_to(Slot("holder"))) if shared else free
    return Compiled(lambda: free.select_for_update(skip_locked=skip_locked, of=("self",))[:quantity])


def _new_to(holder: str | Slot) -> Combinable:
    """Units of secrets that the holder does not have yet."""
    return ~Exists(StockUnit.objects.filter(secret=OuterRef("secret"), holder=holder, status__in=TAKEN))


def _some_for(want: Want, now: dt.datetime) -> bool:
    """Whether this holder may have any of what can be sold; of secrets used once, whoever comes may."""
    return want.sku.uses == 1 or StockUnit.objects.filter(sellable_units(now), _new_to(want.holder), sku=want.sku).exists()


def take(want: Want, units: Sequence[StockUnit], now: dt.datetime) -> Reservation:
    """Locked AVAILABLE units → RESERVED under a new Reservation. Inner step of a claim."""
    reservation = Reservation.objects.create(sku=want.sku, quantity=want.quantity, holder=want.holder, until=want.until)
    move_all(
        units,
        UnitStatus.RESERVED,
        now=now,
        actor=want.actor,
        changes={"reservation": reservation, "holder": want.holder},
    )
    return reservation


def reclaim(*, sku: Sku, at_most: int, now: dt.datetime) -> int:
    """Free units whose reservation lapsed, skipping locked ones and never touching the other order; returns how many."""
    lapsed = StockUnit.objects.filter(
        sku=sku, status=UnitStatus.RESERVED, reservation__until__lte=now, reservation__final=False
    )
    units = list(lapsed.order_by("pk").select_for_update(skip_locked=True, of=("self",))[:at_most])
    free(units=units, now=now, actor="clock", reason="reservation lapsed")
    return len(units)


def free(*, units: Sequence[StockUnit], now: dt.datetime, actor: str, reason: str) -> None:
    """Locked RESERVED or ALLOCATED units of one status become AVAILABLE again, in this same transaction."""
    move_all(
        units,
        UnitStatus.AVAILABLE,
        now=now,
        actor=actor,
        reason=reason,
        changes={"reservation": None, "holder": ""},
    )


def release(*, reservation_id: int, now: dt.datetime, actor: str, reason: str) -> None:
    """End a reservation: what it still has is sellable again at once."""
    pieces.take_back(reservation_id=reservation_id, why=pieces.Why(now, actor, reason))
    for status in (UnitStatus.RESERVED, UnitStatus.ALLOCATED):
        units = StockUnit.objects.filter(reservation=reservation_id, status=status).order_by("pk")
        free(units=list(units.select_for_update(of=("self",))), now=now, actor=actor, reason=reason)
    Reservation.objects.filter(pk=reservation_id, released_at=None).update(released_at=now)


def allocate(*, reservation_id: int, quantity: int, now: dt.datetime, actor: str) -> bool:
    """Make a paid reservation final, its units RESERVED → ALLOCATED; False when it lost any of its `quantity` units or pieces.

    What it still had is then to be released by the caller.
    """
    step = (UnitStatus.RESERVED, UnitStatus.ALLOCATED)
    moved = move_where(StockUnit, {"reservation": reservation_id}, step, now=now, actor=actor)
    if not moved:
        return pieces.sell(reservation_id=reservation_id, now=now, actor=actor)
    if moved != quantity:
        return False
    Reservation.objects.filter(pk=reservation_id).update(final=True)
    return True


def hand_over(*, reservation_id: int, now: dt.datetime, actor: str) -> int:
    """ALLOCATED → DELIVERED for all units of a reservation; returns how many."""
    step = (UnitStatus.ALLOCATED, UnitStatus.DELIVERED)
    return move_where(StockUnit, {"reservation": reservation_id}, step, now=now, actor=actor)
