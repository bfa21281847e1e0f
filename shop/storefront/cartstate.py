"""The cart as its page shows it: every line at the price and with the stock of this moment."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from kameng.lib.cardface import key
from shop.merchants.models import Merchant
from shop.orders.place import Item
from shop.storefront.basket import by_merchant
from shop.storefront.cart import Cart
from shop.storefront.linekey import Key
from shop.storefront.offer import Offer, Trouble, asked_for
from shop.storefront.shelf import face_sheet


@dataclass(frozen=True, slots=True)
class CartLine:
    """One line; `said` is what was wrong with what its buyer typed. A `removed` one can be taken back."""

    offer: Offer
    chosen: bool = False
    said: str = ""
    removed: bool = False

    @property
    def ready(self) -> bool:
        """It can be ordered as it stands."""
        return self.offer.trouble is None

    @property
    def counted(self) -> bool:
        """It is part of the order that the page offers."""
        return self.chosen and self.ready

    @property
    def stepper(self) -> bool:
        """Another quantity of it could be ordered."""
        return not self.offer.sku.by_unit and self.offer.trouble not in (Trouble.OFF, Trouble.OUT)


@dataclass(frozen=True, slots=True)
class CartGroup:
    """The lines of one merchant."""

    merchant: Merchant
    lines: Sequence[CartLine]


@dataclass(frozen=True, slots=True)
class CartState:
    """Everything the cart's page shows; amounts are minor units. `note` is said above all.

    `rows` are the lines, and in its old place the one that was removed last.
    """

    rows: Sequence[CartLine]
    note: str = ""

    @property
    def lines(self) -> list[CartLine]:
        return [row for row in self.rows if not row.removed]

    @property
    def removed(self) -> Offer | None:
        return next((row.offer for row in self.rows if row.removed), None)

    @property
    def groups(self) -> list[CartGroup]:
        by_key = {row.offer.key: row for row in self.rows}
        groups = by_merchant([row.offer for row in self.rows])
        return [CartGroup(group.merchant, [by_key[offer.key] for offer in group.offers]) for group in groups]

    @property
    def sums(self) -> list[tuple[Merchant, int]]:
        """What is chosen of each merchant."""
        groups = by_merchant([line.offer for line in self.counted])
        return [(group.merchant, sum(offer.total for offer in group.offers)) for group in groups]

    @property
    def counted(self) -> list[CartLine]:
        return [line for line in self.lines if line.counted]

    @property
    def total(self) -> int:
        return sum(line.offer.total for line in self.counted)

    @property
    def pieces(self) -> int:
        return sum(line.offer.quantity for line in self.counted)

    @property
    def any_ready(self) -> bool:
        """Something can be ordered, chosen or not."""
        return any(line.ready for line in self.lines)

    @property
    def all_chosen(self) -> bool:
        """Everything that can be ordered is chosen."""
        return all(line.chosen for line in self.lines if line.ready)

    @property
    def faces(self) -> str:
        """The address of one image with all card faces."""
        return face_sheet(key(line.offer.face, size="s", dim=not line.ready) for line in self.lines)


def cart_state(cart: Cart, now: dt.datetime, *, faults: Mapping[Key, str] | None = None, note: str = "") -> CartState:
    """The cart at this moment; two queries, three with chosen units. `faults` says by line what was wrong with its typing."""
    gone, said = cart.removed, faults or {}
    items = [Item(put.sku_id, put.quantity, unit=put.unit) for put in (*cart.puts, *([gone.put] if gone else []))]
    offers = {offer.item.key: offer for offer in asked_for(items, now)}
    rows = [
        CartLine(replace(offers[put.key], before=put.seen), put.chosen, said.get(put.key, ""))
        for put in cart.puts
        if put.key in offers
    ]
    if gone and gone.put.key in offers:
        rows.insert(gone.place, CartLine(offers[gone.put.key], removed=True))
    return CartState(rows, note)
