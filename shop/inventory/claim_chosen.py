"""Claiming exactly the units that buyers chose, where no two are alike. Callers claim SKUs in ascending primary key."""

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from kameng.lib.locks import StillHeld, in_time, serialize
from kameng.lib.transitions import Refused
from shop.catalog.models import Sku
from shop.inventory.claim import PAUSES, QUEUE_SECONDS, Crowded, SoldOut, Want, claim, free, give_way, take
from shop.inventory.models import Reservation, StockUnit, UnitStatus
from shop.inventory.queries import lapsed, sellable_units


class UnitGone(SoldOut):
    """A unit that was chosen is somebody else's, or not for sale any more; `unit` is the first such."""

    def __init__(self, sku: Sku, unit: StockUnit) -> None:
        self.sku, self.left, self.unit = sku, 0, unit
        said = _("“%(unit)s” is gone: somebody else was faster. Nothing was ordered; please choose another one.")
        Refused.__init__(self, said % {"unit": unit.description or sku})


def claim_each(*, wants: Sequence[Want], now: dt.datetime) -> list[Reservation]:
    """Claim what lines of one SKU want, a Reservation for each; chosen units all together, or none.

    Raises SoldOut (UnitGone for a chosen unit) or Crowded.
    """
    if all(want.unit is None for want in wants):
        return [claim(want=want, now=now) for want in wants]
    picked = _attempt(wants, now, skip_locked=True)
    if picked:
        return picked
    try:
        with in_time():
            return _insist(wants, now)
    except StillHeld as error:
        raise Crowded(_("Very many are buying this right now. Nothing was ordered; please send it once more.")) from error


def check_there(sku: Sku, units: Iterable[StockUnit], now: dt.datetime) -> None:
    """Raise UnitGone for the first of the SKU's units that cannot be sold now."""
    asked = {unit.pk: unit for unit in units}
    there = set(StockUnit.objects.filter(sellable_units(now), pk__in=asked).values_list("pk", flat=True))
    gone = next((unit for pk, unit in asked.items() if pk not in there), None)
    if gone:
        raise UnitGone(sku, gone)


def _attempt(wants: Sequence[Want], now: dt.datetime, *, skip_locked: bool) -> list[Reservation] | None:
    # One statement and one savepoint for all: who waits for a unit of a SKU must hold none of it.
    with transaction.atomic():
        rows = StockUnit.objects.filter(pk__in=_keys(wants), status=UnitStatus.AVAILABLE).order_by("position")
        units = {unit.pk: unit for unit in rows.only("status").select_for_update(skip_locked=skip_locked, of=("self",))}
        if len(units) == len(wants):
            return [take(want, [units[key]], now) for want, key in zip(wants, _keys(wants), strict=True)]
        transaction.set_rollback(True)
    return None


def _insist(wants: Sequence[Want], now: dt.datetime) -> list[Reservation]:
    """Reclaim what lapsed of them and pick again, waiting for rivals: one caller a SKU, as where any unit will do."""
    sku, units = wants[0].sku, [want.unit for want in wants if want.unit]
    check_there(sku, units, now)
    serialize([f"claim:{sku.pk}"], patience=QUEUE_SECONDS)
    for pause in (0.0, *PAUSES):
        check_there(sku, units, now)
        give_way(pause)
        _reclaim(wants, now)
        picked = _attempt(wants, now, skip_locked=False)
        if picked:
            return picked
    raise StillHeld


def _reclaim(wants: Sequence[Want], now: dt.datetime) -> None:
    rows = StockUnit.objects.filter(lapsed(now), pk__in=_keys(wants)).order_by("pk")
    free(
        units=list(rows.select_for_update(skip_locked=True, of=("self",))),
        now=now,
        actor="clock",
        reason="reservation lapsed",
    )


def _keys(wants: Sequence[Want]) -> list[int]:
    return [want.unit.pk for want in wants if want.unit]
