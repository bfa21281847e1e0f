"""Units as buyers choose them, where no two are alike: what is said of each in public, and nothing of its secret."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import BooleanField, Case, When

from shop.catalog.models import Sku
from shop.inventory.models import StockUnit, UnitStatus
from shop.inventory.queries import lapsed, sellable_units

#: So many are listed at once, and no more than that by going on: a list nobody reads would only cost.
PAGE = 20
MOST_LISTED = 1_000


@dataclass(frozen=True, slots=True)
class Choice:
    """One unit: the reference it is asked for by, what is said of it, and whether it can be sold now."""

    ref: str
    description: str
    free: bool = True


@dataclass(frozen=True, slots=True)
class Choices:
    """Some of a SKU's units that can be sold, from the place `start` of their order of sale on; `more` follow."""

    shown: list[Choice]
    start: int
    more: bool

    @property
    def before(self) -> int | None:
        """Where the page before this one begins."""
        return max(0, self.start - PAGE) if self.start else None

    @property
    def after(self) -> int | None:
        """Where the next page begins."""
        return self.start + PAGE if self.more else None


def choices(sku: Sku, now: dt.datetime, *, start: int = 0) -> Choices:
    """A page of the SKU's units that can be sold; at most two queries of a page's rows each."""
    start = min(start, MOST_LISTED - PAGE)
    units = StockUnit.objects.filter(sku=sku).order_by("position").values_list("secret__ref", "description")
    free = units.filter(status=UnitStatus.AVAILABLE)
    rows = list(free[start : start + PAGE + 1])
    # What is past its time comes last: the next look of whoever ends reservations makes it available.
    skipped = 0 if rows or not start else max(0, start - free.count())
    rows += units.filter(lapsed(now))[skipped : skipped + PAGE + 1 - len(rows)]
    more = len(rows) > PAGE and start + PAGE < MOST_LISTED
    return Choices([Choice(*row) for row in rows[:PAGE]], start, more)


def named(keys: Iterable[tuple[int, str]], now: dt.datetime) -> dict[tuple[int, str], Choice]:
    """The units of these SKUs by SKU and reference; those that exist. One query, none where nothing is asked."""
    asked = set(keys)
    if not asked:
        return {}
    units = StockUnit.objects.filter(secret__ref__in={ref for _sku, ref in asked}, sku__in={sku for sku, _ref in asked})
    free = Case(When(sellable_units(now), then=True), default=False, output_field=BooleanField())
    rows = units.annotate(free=free).values_list("sku_id", "secret__ref", "description", "free")
    found = {(sku_id, ref): Choice(ref, said, free) for sku_id, ref, said, free in rows}
    return {key: choice for key, choice in found.items() if key in asked}
