"""What a buyer is offered: one SKU of a listing, in a quantity, at the price and with the stock of this moment."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Min, Sum

from shop.catalog.faces import sku_face_name
from shop.catalog.models import Listing, PriceTier, Sku
from shop.catalog.pricing import unit_price
from shop.catalog.queries import skus_on_sale, with_tiers
from shop.inventory.models import Reservation
from shop.inventory.queries import with_stock
from shop.storefront.shelf import lead, left, stock_state, usual


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the price list: from so many on, minor units each."""

    quantity: int
    price: int
    reached: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """A SKU in a quantity. Prices are minor units; `most` is what one order can take now."""

    sku: Sku
    quantity: int
    left: int
    tiers: Sequence[PriceTier]

    @property
    def most(self) -> int:
        return min(self.sku.max_quantity, self.left)

    @property
    def enough(self) -> bool:
        return self.quantity <= self.left

    @property
    def each(self) -> int:
        return unit_price(self.sku, self.quantity, self.tiers)

    @property
    def total(self) -> int:
        return self.each * self.quantity

    @property
    def was(self) -> int | None:
        """The crossed-out price, where there is one above the price of today."""
        return self.sku.list_price if self.sku.list_price and self.sku.list_price > self.each else None

    @property
    def steps(self) -> list[Step]:
        """The price list, lowest quantity first; empty where there are no tiers that one order can reach."""
        reachable = [tier for tier in self.tiers if tier.from_quantity <= self.sku.max_quantity]
        prices = [(1, self.sku.price), *((tier.from_quantity, tier.unit_price) for tier in reachable)]
        on = max(start for start, _price in prices if start <= self.quantity)
        return [Step(start, price, start == on) for start, price in prices] if reachable else []

    @property
    def price_list(self) -> str:
        """`1:9800,5:9720`, from which the page counts along."""
        return ",".join(f"{step.quantity}:{step.price}" for step in self.steps) or f"1:{self.sku.price}"

    @property
    def state(self) -> str:
        return stock_state(self.left)

    @property
    def usual(self) -> float | None:
        return usual(self.sku)

    @property
    def face(self) -> str:
        return sku_face_name(self.sku)

    def instead(self, quantity: int) -> "Offer":
        """The same SKU in another quantity."""
        return Offer(self.sku, quantity, self.left, self.tiers)


@dataclass(frozen=True, slots=True)
class Held:
    """Units of a sold-out SKU that unpaid orders hold, and when the first of them may come free."""

    units: int
    until: dt.datetime


def offers(listing: Listing, now: dt.datetime) -> list[Offer]:
    """All SKUs of a listing, one each, in the merchant's order."""
    skus = list(with_stock(with_tiers(skus_on_sale().filter(listing=listing)), now))
    for sku in skus:
        sku.listing = listing
    return [_offer(sku, 1) for sku in skus]


def chosen(all_offers: Sequence[Offer], sku_id: int | None, quantity: int | None) -> Offer:
    """The SKU asked for, else the one that speaks for the listing, in a quantity that can be ordered."""
    by_sku = {offer.sku.pk: offer for offer in all_offers}
    offer = by_sku.get(sku_id or 0) or by_sku[lead([each.sku for each in all_offers]).pk]
    return offer.instead(max(1, min(quantity or 1, offer.most or 1)))


def offer_for(sku_id: int | None, quantity: int | None, now: dt.datetime) -> Offer | None:
    """One SKU in exactly this quantity (at least 1, at most what one order takes); None where it is not on sale."""
    rows = skus_on_sale().filter(pk=sku_id or 0).select_related("listing__merchant", "listing__category", "stats")
    sku = with_stock(with_tiers(rows), now).first()
    return None if sku is None else _offer(sku, max(1, min(quantity or 1, sku.max_quantity)))


def held(sku: Sku, now: dt.datetime) -> Held | None:
    """What unpaid orders hold of the SKU; None when they hold nothing."""
    live = Reservation.objects.filter(sku=sku, final=False, released_at=None, until__gt=now)
    found = live.aggregate(units=Sum("quantity"), until=Min("until"))
    return Held(found["units"], found["until"]) if found["units"] else None


def _offer(sku: Sku, quantity: int) -> Offer:
    return Offer(sku, quantity, left(sku), list(sku.tiers.all()))
