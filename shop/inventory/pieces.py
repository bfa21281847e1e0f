"""Countable stock, for goods without secrets: a number of pieces a SKU, read and changed under the lock of its one row.

Inner steps of `claim`, and the verb by which merchants put pieces on the shelf and take them off.
"""

import datetime as dt
from dataclasses import dataclass

from django.db.models import F, Sum
from django.utils.translation import gettext as _

from kameng.lib import failpoints
from kameng.lib.transitions import Refused
from shop.catalog.models import Sku
from shop.inventory.models import Capacity, CapacityChange, Reservation

#: More than anybody has; a sum of two fits the column.
MOST = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Why:
    """When, by whom and for what reason a number of pieces changed."""

    now: dt.datetime
    actor: str
    reason: str


class NotSoMany(Refused):
    """Fewer pieces than these are on the shelf, or more than a shelf holds."""


def put(*, sku: Sku, pieces: int, actor: str, now: dt.datetime, reason: str = "") -> Capacity:
    """Put so many pieces of the SKU on the shelf (negative: take them off), with one change row; raises NotSoMany.

    Pieces that unpaid orders hold can be taken off too: whoever pays then finds them gone, and the money goes back.
    """
    with failpoints.commit("put_pieces"):
        Capacity.objects.bulk_create([Capacity(sku=sku)], ignore_conflicts=True)
        capacity = Capacity.objects.select_for_update(of=("self",)).get(sku=sku)
        if not 0 <= capacity.free + pieces <= MOST:
            raise NotSoMany(_("There are %(free)d pieces on the shelf.") % {"free": capacity.free})
        _change(capacity, pieces, Why(now, actor, reason))
        return capacity


def free_pieces(sku: Sku, now: dt.datetime) -> int:
    """Pieces that can be sold: nobody paid for them and no live unpaid claim holds them; never below 0."""
    free = Capacity.objects.filter(sku=sku).values_list("free", flat=True).first() or 0
    return max(0, free - promised(sku.pk, now)) if free else 0


def promised(sku_id: int, now: dt.datetime, *, besides: int | None = None) -> int:
    """Pieces of the SKU in live unpaid claims, but for the reservation `besides`."""
    live = Reservation.objects.filter(sku=sku_id, counted=True, final=False, released_at=None, until__gt=now)
    live = live.exclude(pk=besides) if besides else live
    total: int | None = live.aggregate(n=Sum("quantity"))["n"]
    return total or 0


def reserve(*, sku: Sku, quantity: int, holder: str, until: dt.datetime, now: dt.datetime) -> Reservation | int:
    """A Reservation of so many pieces; where there are fewer, how many there are. Inner step."""
    capacity = Capacity.objects.select_for_update(of=("self",)).filter(sku=sku).first()
    left = max(0, capacity.free - promised(sku.pk, now)) if capacity else 0
    if left < quantity:
        return left
    return Reservation.objects.create(sku=sku, quantity=quantity, holder=holder, until=until, counted=True)


def sell(*, reservation_id: int, now: dt.datetime, actor: str) -> bool:
    """Make a paid reservation of pieces final; False when it is none, or lapsed and others have its pieces. Inner step."""
    reservation = Reservation.objects.filter(pk=reservation_id, counted=True, final=False, released_at=None).first()
    if reservation is None:
        return False
    capacity = Capacity.objects.select_for_update(of=("self",)).get(sku=reservation.sku_id)
    if capacity.free - promised(reservation.sku_id, now, besides=reservation.pk) < reservation.quantity:
        return False
    guarded = Reservation.objects.filter(pk=reservation.pk, final=False, released_at=None)
    if not guarded.update(final=True):
        return False
    _change(capacity, -reservation.quantity, Why(now, actor, "paid"), reservation)
    return True


def take_back(*, reservation_id: int, why: Why, quantity: int | None = None) -> None:
    """Put pieces of a paid reservation, all or `quantity` of them, back on the shelf; the claim stays. Inner step."""
    reservation = Reservation.objects.filter(pk=reservation_id, counted=True, final=True, released_at=None).first()
    if reservation is None:
        return
    capacity = Capacity.objects.select_for_update(of=("self",)).get(sku=reservation.sku_id)
    back = reservation.quantity if quantity is None else quantity
    _change(capacity, back, why, reservation)


def take_off(*, sku: Sku, most: int, why: Why) -> None:
    """Take free pieces of the SKU off the shelf, as many as there are up to `most`. Inner step."""
    capacity = Capacity.objects.select_for_update(of=("self",)).filter(sku=sku).first()
    gone = min(capacity.free, most) if capacity else 0
    if capacity and gone:
        _change(capacity, -gone, why)


def _change(capacity: Capacity, pieces: int, why: Why, reservation: Reservation | None = None) -> None:
    Capacity.objects.filter(pk=capacity.pk).update(free=F("free") + pieces)
    capacity.free += pieces
    CapacityChange.objects.create(
        capacity=capacity,
        change=pieces,
        free=capacity.free,
        reservation=reservation,
        at=why.now,
        actor=why.actor,
        reason=why.reason,
    )
