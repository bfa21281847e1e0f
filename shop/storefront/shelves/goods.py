"""What stands on a shelf, read once: one row a SKU, with everything that filters and sorting look at."""

import datetime as dt
from typing import NamedTuple

from django.db.models import Q

from shop.catalog.models import Listing, Sku
from shop.inventory.queries import in_stock

#: A shelf is looked through no further: its facets count in memory.
MOST = 5_000


class Good(NamedTuple):
    """One SKU on sale; price in minor units, the median in milliseconds."""

    sku: int
    listing: int
    value: str
    unit: str
    price: int
    mode: str
    region: str
    category: str
    category_name: str
    median: int | None
    delivered: int | None
    on_time: int | None
    refunded_late: int | None
    there: bool

    @property
    def face(self) -> str:
        return f"{self.value} {self.unit}".strip()


COLUMNS = (
    *("pk", "listing_id", "value", "unit", "price", "mode"),
    *("listing__region", "listing__category__slug", "listing__category__name"),
    *("stats__median_ms", "stats__delivered", "stats__on_time", "stats__refunded_late"),
)


def goods(where: Q, now: dt.datetime) -> list[Good]:
    """SKUs on sale whose listing fits `where`, newest listings first; one query."""
    shown = Sku.objects.filter(on_sale=True, listing__published_at__isnull=False)
    if where:
        shown = shown.filter(listing__in=Listing.objects.filter(where).values("pk"))
    rows = shown.annotate(there=in_stock(now)).order_by("-listing__published_at", "listing_id", "position", "pk")
    return [Good(*row) for row in rows.values_list(*COLUMNS, "there")[:MOST]]
