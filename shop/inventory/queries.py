"""Reading stock: bounded, never a count of a pool."""

import datetime as dt
from collections.abc import Collection
from functools import lru_cache

from django.db.models import BooleanField, Case, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Greatest, Least
from django.db.models.lookups import GreaterThan

from kameng.lib.compiled import Compiled, Slot
from shop.catalog.models import Mode, Sku
from shop.inventory.models import Capacity, Reservation, StockUnit, UnitStatus
from shop.inventory.pieces import free_pieces

#: Pages say "more than this" instead of counting on.
ENOUGH = 100


def sellable_units(now: dt.datetime) -> Q:
    """Units that can be sold: available, or held by a reservation that lapsed."""
    return Q(status=UnitStatus.AVAILABLE) | lapsed(now)


def lapsed(now: dt.datetime) -> Q:
    """Units whose unpaid reservation is past its time."""
    return Q(status=UnitStatus.RESERVED, reservation__until__lte=now, reservation__final=False)


def sellable(sku: Sku, now: dt.datetime, *, at_most: int = ENOUGH) -> int:
    """How many units or pieces of the SKU can be sold now, counting no further than `at_most`."""
    if sku.counted:
        return min(free_pieces(sku, now), at_most)
    free = len(_available(at_most)(sku=sku.pk))
    if free >= at_most:
        return free
    return free + StockUnit.objects.filter(lapsed(now), sku=sku)[: at_most - free].count()


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
    """Each SKU with `sellable_now`: how many units or pieces of it can be sold, counted up to ENOUGH."""
    return skus.annotate(sellable_now=_sellable_now(now))


def sold_out(skus: QuerySet[Sku], now: dt.datetime) -> QuerySet[Sku]:
    """Those of the SKUs of which nothing can be sold."""
    return skus.filter(~in_stock(now))


def in_stock(now: dt.datetime) -> Combinable:
    """True for a SKU of which something can be sold; counts nothing that it need not."""
    units = Exists(StockUnit.objects.filter(sellable_units(now), sku=OuterRef("pk")))
    return Case(When(mode=Mode.AUTO, then=units), default=GreaterThan(_pieces(now), 0), output_field=BooleanField())


def _sellable_now(now: dt.datetime) -> Combinable:
    units = StockUnit.objects.filter(sku=OuterRef("pk")).order_by().values("pk")
    late = units.filter(lapsed(now))
    counted = BoundedCount(units.filter(status=UnitStatus.AVAILABLE)[:ENOUGH]) + BoundedCount(late[:ENOUGH])
    return Case(When(mode=Mode.AUTO, then=Least(counted, ENOUGH)), default=_pieces(now), output_field=IntegerField())


def _pieces(now: dt.datetime) -> Combinable:
    """Pieces of a counted SKU that can be sold, up to ENOUGH."""
    live = Reservation.objects.filter(sku=OuterRef("pk"), counted=True, final=False, released_at=None, until__gt=now)
    promised = live.order_by().values("sku").annotate(n=Sum("quantity")).values("n")
    free = Capacity.objects.filter(sku=OuterRef("pk")).values("free")
    left = Coalesce(Subquery(free), 0) - Coalesce(Subquery(promised), 0)
    return Least(Greatest(left, 0), ENOUGH, output_field=IntegerField())


def units_named(sku: Sku, refs: Collection[str]) -> dict[str, StockUnit]:
    """Units of the SKU by the references of their secrets, in whatever state they are; those that it has."""
    known = StockUnit.objects.filter(sku=sku, secret__ref__in=refs).select_related("secret").defer("secret__sealed")
    return {unit.secret.ref: unit for unit in known}


def unpaid_units(*, sku: Sku, holder: str, now: dt.datetime) -> int:
    """Units of the SKU in this holder's live unpaid reservations."""
    live = Reservation.objects.filter(sku=sku, holder=holder, final=False, released_at=None, until__gt=now)
    total: int | None = live.aggregate(n=Sum("quantity"))["n"]
    return total or 0
