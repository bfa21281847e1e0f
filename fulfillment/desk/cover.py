"""Goods that will be sold out soon: what is left, measured by what a week sold."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery, Sum
from django.urls import reverse

from shop.catalog.models import Sku
from shop.inventory.queries import ENOUGH, with_stock
from shop.orders.models import OrderLine

WEEK = dt.timedelta(days=7)
#: Less than this many days of what is sold is little.
LITTLE_DAYS = 3
SHOWN = 8


@dataclass(frozen=True, slots=True)
class Low:
    """A SKU on sale that sells faster than its stock lasts."""

    sku: Sku
    left: int
    sold: int

    @property
    def days(self) -> float:
        """For how many days what is left lasts, at the pace of the last week."""
        return round(7 * self.left / self.sold, 1)

    @property
    def link(self) -> str:
        """Where stock comes from: pieces are put on the shelf, secrets are imported."""
        if self.sku.counted:
            return reverse("admin:catalog_sku_pieces", args=[self.sku.pk])
        return f"{reverse('admin:inventory_batch_add')}?sku={self.sku.pk}"


def running_low(skus: QuerySet[Any], now: dt.datetime) -> list[Low]:
    """Those of the SKUs on sale with less than three days of stock left, the shortest first, at most 8; one query."""
    lines = OrderLine.objects.filter(sku=OuterRef("pk"), paid_at__gte=now - WEEK, paid_at__lt=now)
    week = lines.order_by().values("sku").annotate(n=Sum("quantity")).values("n")
    on_sale = skus.filter(on_sale=True, listing__published_at__isnull=False)
    rows: QuerySet[Any] = with_stock(on_sale, now).annotate(week=Subquery(week))
    # More than ENOUGH is not counted, and so never little.
    lasting = rows.filter(week__gt=0, sellable_now__lt=ENOUGH).annotate(days=F("sellable_now") * 7.0 / F("week"))
    ordered = lasting.filter(days__lt=LITTLE_DAYS).order_by("days", "pk")
    return [Low(sku, sku.sellable_now, sku.week) for sku in ordered.select_related("listing")[:SHOWN]]
