"""What one order would take: one or several offers, of one or several merchants, in the shop's one currency."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from kameng.lib.cardface import key
from shop.catalog.models import Sku
from shop.merchants.models import Merchant
from shop.orders.models import OrderLine
from shop.orders.place import Item
from shop.storefront.linekey import Key, line_key, read_key, read_unit
from shop.storefront.offer import Offer, Trouble, asked_for
from shop.storefront.shelf import face_sheet
from shop.storefront.typed import MOST_PIECES, pieces, whole

#: An order, and a cart, has no more lines.
LINES = 20


def items_code(items: Iterable[Item]) -> str:
    """`12x3.15x1`: three of SKU 12 and one of SKU 15, as addresses and forms carry them; `16-<reference>x1` is a unit."""
    return ".".join(f"{line_key(*item.key)}x{item.quantity}" for item in items)


def read_items(code: str) -> tuple[Item, ...]:
    """The items of such a code, each line once with quantities summed; what is no item, or one too many, is left out."""
    sums: Counter[Key] = Counter()
    for part in code.split(".", LINES)[:LINES]:
        line, _x, quantity = part.partition("x")
        if (key := read_key(line)) and (count := pieces(quantity)):
            sums[key] = 1 if key[1] else min(sums[key] + count, MOST_PIECES)
    return tuple(Item(sku_id, count, unit=unit) for (sku_id, unit), count in sums.items())


@dataclass(frozen=True, slots=True)
class Asked:
    """What a buyer asks for: lines of the cart, or one SKU at once. A quantity of 0 is one that could not be read."""

    items: tuple[Item, ...]
    of_cart: bool

    @classmethod
    def read(cls, sent: QueryDict) -> "Asked":
        """From an address or a form; `instead` is the smaller order that was offered."""
        instead = sent.get("instead")
        if "cart" in sent:
            return cls(read_items(instead or sent.get("cart", "")), of_cart=True)
        unit = read_unit(sent.get("unit"))
        quantity = 1 if unit else whole(instead or sent.get("quantity")) or 0
        return cls((Item(whole(sent.get("sku")) or 0, quantity, unit=unit),), of_cart=False)


@dataclass(frozen=True, slots=True)
class Group:
    """The offers of one merchant."""

    merchant: Merchant
    offers: Sequence[Offer]


@dataclass(frozen=True, slots=True)
class Basket:
    """The offers of an order to be; amounts are minor units. `gone` of those asked for are not on sale (any more)."""

    offers: tuple[Offer, ...]
    of_cart: bool
    gone: int = 0
    #: More were asked for of something than one order takes.
    cut: bool = False

    @property
    def only(self) -> Offer | None:
        """The offer of a basket with one line."""
        return self.offers[0] if len(self.offers) == 1 else None

    @property
    def groups(self) -> list[Group]:
        return by_merchant(self.offers)

    @property
    def total(self) -> int:
        return sum(offer.total for offer in self.offers)

    @property
    def fits(self) -> bool:
        """All of it can be ordered now."""
        return not any(offer.trouble for offer in self.offers)

    @property
    def smaller(self) -> "Basket | None":
        """What of it can be ordered now, where that is less than all and more than nothing."""
        rest = tuple(offer.instead(min(offer.quantity, offer.at_once)) for offer in self.offers if offer.at_once)
        return replace(self, offers=rest) if rest and not self.fits else None

    @property
    def faces(self) -> str:
        """The address of one image with all card faces."""
        return face_sheet(key(offer.face, size="s", dim=bool(offer.trouble)) for offer in self.offers)

    @property
    def code(self) -> str:
        return items_code(self.items) if self.of_cart else f"{self.offers[0].quantity}"

    @property
    def items(self) -> list[Item]:
        return [offer.item for offer in self.offers]

    @property
    def address(self) -> str:
        """Where its checkout page is; it can be opened again, and sent to sign-in and back."""
        return checkout_address(self.items, of_cart=self.of_cart)

    @property
    def promise_seconds(self) -> int:
        """By when all of it is promised."""
        return max(offer.sku.promise_seconds for offer in self.offers)

    @property
    def refund_seconds(self) -> int:
        """By when all of it has come, or its money goes back."""
        return max(offer.sku.refund_seconds for offer in self.offers)

    @property
    def one_clock(self) -> bool:
        """Everything in it has the same promise and the same deadline."""
        return len({(offer.sku.promise_seconds, offer.sku.refund_seconds) for offer in self.offers}) == 1

    def told(self, sku: Sku, left: int) -> "Basket":
        """The same with the stock of a SKU that a refusal has just told."""
        offers = (replace(offer, left=left, more=False) if offer.sku.pk == sku.pk else offer for offer in self.offers)
        return replace(self, offers=tuple(offers))

    def told_gone(self, key: Key) -> "Basket":
        """The same with a chosen unit that a refusal has just told to be gone."""
        return replace(self, offers=tuple(offer.gone() if offer.item.key == key else offer for offer in self.offers))


def basket(asked: Asked, now: dt.datetime, seen: dict[Key, tuple[int, int]] | None = None) -> Basket:
    """What is on sale of what was asked for, at least one and at most what one order takes of each; two queries.

    `seen` has the quantity and unit price at which a line was put aside. Chosen units are read by a third query.
    """
    found = [offer for offer in asked_for(asked.items, now) if offer.trouble is not Trouble.OFF]
    offers = [offer for offer in found if offer.sku.can_ask]
    taken = [offer.instead(max(1, min(offer.quantity, offer.sku.max_quantity))) for offer in offers]
    known = seen or {}
    return Basket(
        offers=tuple(_remembered(offer, *known.get(offer.item.key, (0, 0))) for offer in taken),
        of_cart=asked.of_cart,
        gone=len(asked.items) - len(offers),
        cut=any(before.quantity > after.quantity for before, after in zip(offers, taken, strict=True)),
    )


def _remembered(offer: Offer, quantity: int, price: int) -> Offer:
    # In another quantity it may have another price without any change.
    return replace(offer, before=price) if quantity == offer.quantity else offer


def by_merchant(offers: Sequence[Offer]) -> list[Group]:
    """The offers of each merchant together, merchants in the order of their first offer."""
    first = {offer.sku.listing.merchant_id: place for place, offer in reversed([*enumerate(offers)])}
    ordered = sorted(offers, key=lambda offer: first[offer.sku.listing.merchant_id])
    grouped = groupby(ordered, key=lambda offer: offer.sku.listing.merchant)
    return [Group(merchant, list(group)) for merchant, group in grouped]


def checkout_address(items: Sequence[Item], *, of_cart: bool) -> str:
    """The checkout page of these items: several lines, or one SKU as the product's page sends it."""
    if of_cart:
        return f"{reverse('checkout')}?cart={items_code(items)}"
    only = items[0]
    told = {"sku": only.sku_id, "quantity": only.quantity} | ({"unit": only.unit} if only.unit else {})
    return f"{reverse('checkout')}?{urlencode(told)}"


def again_address(lines: Sequence[OrderLine]) -> str:
    """Where the same can be ordered once more: the page of the product, or for several the checkout page."""
    if len(lines) == 1:
        line = lines[0]
        return f"{reverse('listing', args=[line.sku.listing.slug])}?sku={line.sku_id}&quantity={line.quantity}"
    return checkout_address([Item(line.sku_id, line.quantity) for line in lines], of_cart=True)
