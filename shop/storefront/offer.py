"""What a buyer is offered: one SKU of a listing, in a quantity, at the price and with the stock of this moment."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from django.db.models import Min, Sum
from django.urls import reverse

from kameng.lib.names import listed
from shop.catalog.faces import sku_face_name
from shop.catalog.models import Listing, PriceTier, Sku
from shop.catalog.pricing import unit_price
from shop.catalog.queries import skus_on_sale, with_tiers
from shop.inventory.choosing import Choice, named
from shop.inventory.models import Reservation
from shop.inventory.queries import ENOUGH, with_stock
from shop.orders.limits import COUNT_TO, most_units
from shop.orders.place import Item
from shop.storefront.linekey import line_key
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
    UNCHOSEN = "unchosen"
    GONE = "gone"
    SHORT = "short"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Offer:
    """A SKU in a quantity. Prices are minor units; `most` is what one order can take now.

    `more`: counting stopped at `left`, there may be more. `before` is the unit price at which its buyer put it aside.
    `unit` is the one that was chosen, where no two of the SKU are alike.
    """

    sku: Sku
    quantity: int
    left: int
    tiers: Sequence[PriceTier]
    more: bool = False
    before: int | None = None
    unit: Choice | None = None

    @property
    def item(self) -> Item:
        """It, as an order takes it."""
        return Item(self.sku.pk, self.quantity, unit=self.unit.ref if self.unit else "")

    @property
    def key(self) -> str:
        """The name of its line in forms and ids."""
        return line_key(*self.item.key)

    @property
    def name(self) -> str:
        """What it is called, with what tells its unit from the others."""
        return f"{self.sku} · {self.unit.description}" if self.unit and self.unit.description else f"{self.sku}"

    @property
    def page(self) -> str:
        """The page of its product, with it chosen as far as it can be bought."""
        kept = f"&unit={self.unit.ref}" if self.unit and self.unit.free else ""
        return f"{reverse('listing', args=[self.sku.listing.slug])}?sku={self.sku.pk}{kept}"

    @property
    def most(self) -> int:
        return min(self.sku.max_quantity, self.left)

    @property
    def at_once(self) -> int:
        """What one buyer can order now who holds no unpaid units of it yet."""
        if self.sku.by_unit or self.unit:
            return 1 if self.unit and self.unit.free else 0
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
        if self.unit and not self.unit.free:
            return Trouble.GONE
        if not self.left:
            return Trouble.OUT
        if self.sku.by_unit:
            return None if self.unit else Trouble.UNCHOSEN
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
        """The price list, lowest quantity first; empty where there are no tiers that one line can reach."""
        largest = 1 if self.sku.by_unit else self.sku.max_quantity
        reachable = [tier for tier in self.tiers if tier.from_quantity <= largest]
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
        """The same SKU in another quantity; of units that differ, always one."""
        return replace(self, quantity=1 if self.sku.by_unit else quantity, before=None)

    def gone(self) -> "Offer":
        """The same, once its chosen unit is somebody else's."""
        return replace(self, unit=replace(self.unit, free=False)) if self.unit else self


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
    """The SKUs that exist, in exactly these quantities and in this order, on sale or not.

    Two queries, and a third for chosen units. One that is none of its SKU's is told as gone, like one that was sold.
    """
    rows = Sku.objects.filter(pk__in=[item.sku_id for item in items])
    rows = rows.select_related("listing__merchant", "listing__category", "stats")
    skus = {sku.pk: sku for sku in with_stock(with_tiers(rows), now)}
    units = named((item.key for item in items if item.unit and item.sku_id in skus and skus[item.sku_id].by_unit), now)
    found = [(item, _offer(skus[item.sku_id], item.quantity)) for item in items if item.sku_id in skus]
    return [replace(offer, unit=units.get(item.key) or _nothing(item)) for item, offer in found]


def _nothing(item: Item) -> Choice | None:
    return Choice(item.unit, "", free=False) if item.unit else None


def held(sku: Sku, now: dt.datetime) -> Held | None:
    """What unpaid orders hold of the SKU; None when they hold nothing."""
    live = Reservation.objects.filter(sku=sku, final=False, released_at=None, until__gt=now)
    found = live.aggregate(units=Sum("quantity"), until=Min("until"))
    return Held(found["units"], found["until"]) if found["units"] else None


def _offer(sku: Sku, quantity: int) -> Offer:
    there = left(sku)
    return Offer(sku, quantity, there, list(sku.tiers.all()), more=there >= ENOUGH)
