"""What a buyer is offered: one SKU of a listing, in a quantity, at the price and with the stock of this moment."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from django.db.models import Min, Sum

from kameng.lib.names import listed
from shop.catalog.faces import sku_face_name
from shop.catalog.models import Listing, PriceTier, Sku
from shop.catalog.pricing import unit_price
from shop.catalog.queries import skus_on_sale, with_tiers
from shop.inventory.models import Reservation
from shop.inventory.queries import ENOUGH, with_stock
from shop.orders.limits import COUNT_TO, most_units
from shop.orders.place import Item
from shop.storefront.shelf import lead, left, stock_state, usual


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the price list: from so many on, minor units each."""

    quantity: int
    price: int
    reached: bool


class Trouble(StrEnum):
    """Why a quantity cannot be ordered now."""

    OFF = "off"
    OUT = "out"
    SHORT = "short"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Offer:
    """A SKU in a quantity. Prices are minor units; `most` is what one order can take now.

    `more`: counting stopped at `left`, there may be more. `before` is the unit price at which its buyer put it aside.
    """

    sku: Sku
    quantity: int
    left: int
    tiers: Sequence[PriceTier]
    more: bool = False
    before: int | None = None

    @property
    def most(self) -> int:
        return min(self.sku.max_quantity, self.left)

    @property
    def at_once(self) -> int:
        """What one buyer can order now who holds no unpaid units of it yet."""
        if self.more:
            return min(self.sku.max_quantity, most_units(self.sku, COUNT_TO))
        return min(self.most, most_units(self.sku, self.left))

    @property
    def on_sale(self) -> bool:
        return self.sku.on_sale and self.sku.listing.published_at is not None

    @property
    def trouble(self) -> Trouble | None:
        if not self.on_sale:
            return Trouble.OFF
        if not self.left:
            return Trouble.OUT
        if self.quantity <= self.at_once:
            return None
        return Trouble.SHORT if self.at_once == self.left and not self.more else Trouble.OVER

    @property
    def changed(self) -> bool:
        """Its price is another one than when it was put aside."""
        return self.before is not None and self.before != self.each

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
    def asked_for(self) -> str:
        """What its buyer fills in, by label."""
        return listed(spec.label for spec in self.sku.told_fields)

    @property
    def face(self) -> str:
        return sku_face_name(self.sku)

    def instead(self, quantity: int) -> "Offer":
        """The same SKU in another quantity."""
        return replace(self, quantity=quantity, before=None)


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


def asked_for(items: Sequence[Item], now: dt.datetime) -> list[Offer]:
    """The SKUs that exist, in exactly these quantities and in this order, on sale or not; two queries."""
    rows = Sku.objects.filter(pk__in=[item.sku_id for item in items])
    rows = rows.select_related("listing__merchant", "listing__category", "stats")
    skus = {sku.pk: sku for sku in with_stock(with_tiers(rows), now)}
    return [_offer(skus[item.sku_id], item.quantity) for item in items if item.sku_id in skus]


def held(sku: Sku, now: dt.datetime) -> Held | None:
    """What unpaid orders hold of the SKU; None when they hold nothing."""
    live = Reservation.objects.filter(sku=sku, final=False, released_at=None, until__gt=now)
    found = live.aggregate(units=Sum("quantity"), until=Min("until"))
    return Held(found["units"], found["until"]) if found["units"] else None


def _offer(sku: Sku, quantity: int) -> Offer:
    there = left(sku)
    return Offer(sku, quantity, there, list(sku.tiers.all()), more=there >= ENOUGH)
