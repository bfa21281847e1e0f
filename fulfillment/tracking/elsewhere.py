"""Where to go on after money came back: to another merchant with the same goods, else to others, never to the same again."""

import datetime as dt
from dataclasses import dataclass

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from shop.catalog.queries import listings, skus_on_sale
from shop.inventory.queries import in_stock
from shop.orders.models import OrderLine


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """An address, and what a button that leads there says."""

    url: str
    label: str


def elsewhere(line: OrderLine, now: dt.datetime) -> Elsewhere:
    """The cheapest of the same goods at another merchant, else their shelf without this product, else the shop without it."""
    sku, listing = line.sku, line.sku.listing
    same = {"kind": sku.kind, "value": sku.value, "unit": sku.unit}
    same |= {"listing__brand": listing.brand, "listing__region": listing.region}
    others = skus_on_sale().filter(in_stock(now), **same).exclude(listing__merchant=line.merchant_id)
    found = others.select_related("listing").order_by("price", "pk").first()
    if found:
        url = reverse("listing", args=[found.listing.slug])
        return Elsewhere(f"{url}?sku={found.pk}", _("Buy from another merchant"))
    on_shelf = listings().filter(category=listing.category_id).exclude(pk=listing.pk).exists()
    shelf = reverse("category", args=[listing.category.slug]) if on_shelf else reverse("search")
    return Elsewhere(f"{shelf}?{urlencode({'without': listing.slug})}", _("Look at other goods"))
