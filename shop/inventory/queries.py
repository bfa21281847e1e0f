"""Reading stock: bounded, never a count of a pool."""

import datetime as dt
from functools import lru_cache
from typing import Any

from django.db.models import Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum

from kameng.lib.compiled import Compiled, Slot
from shop.catalog.models import Sku
from shop.inventory.models import Reservation, StockUnit, UnitStatus

#: Pages say "more than this" instead of counting on.
ENOUGH = 100


def sellable_units(now: dt.datetime) -> Q:
    """Units that can be sold: available, or held by a reservation that lapsed."""
    lapsed = Q(status=UnitStatus.RESERVED, reservation__until__lte=now, reservation__final=False)
    return Q(status=UnitStatus.AVAILABLE) | lapsed


def sellable(sku: Sku, now: dt.datetime, *, at_most: int = ENOUGH) -> int:
    """How many units of the SKU can be sold now, counting no further than `at_most`."""
    free = len(_available(at_most)(sku=sku.pk))
    if free >= at_most:
        return free
    lapsed = StockUnit.objects.filter(
        sku=sku, status=UnitStatus.RESERVED, reservation__until__lte=now, reservation__final=False
    )
    return free + lapsed[: at_most - free].count()


@lru_cache
def _available(at_most: int) -> Compiled[tuple[int]]:
    """Keys of available units of a SKU, so many at most."""
    units = StockUnit.objects.filter(sku=Slot("sku"), status=UnitStatus.AVAILABLE)
    return Compiled(lambda: units.values_list("pk")[:at_most])


class BoundedCount(Subquery):
    """The number of rows of a sliced subquery: reads at most as many rows as the slice."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) _bounded)"
    output_field = IntegerField()


def with_stock(skus: QuerySet[Sku], now: dt.datetime) -> QuerySet[Sku]:
    """Each SKU with `free` and `lapsed`, both counted up to ENOUGH; their sum is what can be sold."""
    units = StockUnit.objects.filter(sku=OuterRef("pk")).order_by().values("pk")
    lapsed = units.filter(status=UnitStatus.RESERVED, reservation__until__lte=now, reservation__final=False)
    counts: dict[str, Any] = {
        "free": BoundedCount(units.filter(status=UnitStatus.AVAILABLE)[:ENOUGH]),
        "lapsed": BoundedCount(lapsed[:ENOUGH]),
    }
    return skus.annotate(**counts)


def sold_out(skus: QuerySet[Sku], now: dt.datetime) -> QuerySet[Sku]:
    """Those of the SKUs of which nothing can be sold."""
    return skus.filter(~Exists(StockUnit.objects.filter(sellable_units(now), sku=OuterRef("pk"))))


def unpaid_units(*, sku: Sku, holder: str, now: dt.datetime) -> int:
    """Units of the SKU in this holder's live unpaid reservations."""
    live = Reservation.objects.filter(sku=sku, holder=holder, final=False, released_at=None, until__gt=now)
    total: int | None = live.aggregate(n=Sum("quantity"))["n"]
    return total or 0
