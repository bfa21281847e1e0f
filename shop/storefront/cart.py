"""The cart: SKUs and quantities in a browser's session. Of their prices it believes nothing; it only remembers them."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from django.http import HttpRequest
from django.utils.translation import gettext as _

from kameng.lib.sessions import amend
from kameng.lib.transitions import Refused
from shop.storefront.basket import LINES
from shop.storefront.linekey import Key, line_key, read_unit
from shop.storefront.typed import MOST_PIECES

SESSION_KEY = "cart"
LARGEST_KEY = 2**63 - 1


class CartFull(Refused):
    """The cart has as many lines as it takes."""


@dataclass(frozen=True, slots=True)
class Put:
    """One line. `seen` is the unit price its buyer saw with this quantity, in minor units; it is only ever compared.

    `unit` is the reference of the unit that was chosen, where no two are alike.
    """

    sku_id: int
    quantity: int
    seen: int
    chosen: bool = True
    unit: str = ""

    @property
    def key(self) -> Key:
        """What makes it a line of its own."""
        return self.sku_id, self.unit

    @property
    def name(self) -> str:
        """The same, as forms carry it."""
        return line_key(*self.key)


@dataclass(frozen=True, slots=True)
class Removed:
    """The line that was taken out last, and where it stood."""

    place: int
    put: Put


@dataclass(frozen=True, slots=True)
class Cart:
    """Each SKU (or chosen unit) once, in the order in which they came; every change makes another cart."""

    puts: tuple[Put, ...] = ()
    removed: Removed | None = None

    def find(self, key: Key) -> Put | None:
        return next((put for put in self.puts if put.key == key), None)

    def with_put(self, put: Put) -> "Cart":
        """With this line in the place of the one it was, else at the end. Raises CartFull."""
        if self.find(put.key):
            return Cart(tuple(put if each.key == put.key else each for each in self.puts))
        if len(self.puts) >= LINES:
            raise CartFull(_("A cart takes %(n)d products. Buy or remove some first.") % {"n": LINES})
        return Cart((*self.puts, put))

    def without(self, keys: Collection[Key]) -> "Cart":
        """Without these lines, and with nothing to take back."""
        return Cart(tuple(put for put in self.puts if put.key not in keys))

    def remove(self, key: Key) -> "Cart":
        """Without the line, which can be taken back until the next change."""
        put = self.find(key)
        return replace(self.without({key}), removed=Removed(self.puts.index(put), put)) if put else self

    def undo(self) -> "Cart":
        """With the line that was removed last, where it stood; unless it is there again, or the cart is full."""
        gone = self.removed
        if gone is None or self.find(gone.put.key) or len(self.puts) >= LINES:
            return Cart(self.puts)
        return Cart((*self.puts[: gone.place], gone.put, *self.puts[gone.place :]))

    def kept(self) -> dict[str, object] | None:
        """As the session keeps it; None when there is nothing to keep."""
        if not self.puts and not self.removed:
            return None
        gone = self.removed
        return {"lines": [_row(put) for put in self.puts]} | ({"removed": [gone.place, *_row(gone.put)]} if gone else {})

    @classmethod
    def read(cls, kept: object) -> "Cart":
        """From what a session keeps, whatever that is: what is no line is left out."""
        match kept:
            case {"lines": [*rows], **rest}:
                known = {put.key: put for put in map(_put, rows[:LINES]) if put}
                return cls(tuple(known.values()), _removed(rest.get("removed")))
            case _:
                return cls()


def _row(put: Put) -> list[int | bool | str]:
    return [put.sku_id, put.quantity, put.seen, put.chosen, *([put.unit] if put.unit else [])]


def _put(row: object) -> Put | None:
    match row:
        case [int(sku), int(quantity), int(seen), bool(chosen), *rest]:
            good = 0 < sku <= LARGEST_KEY and 0 < quantity <= MOST_PIECES and seen >= 0
            unit = read_unit(f"{rest[0]}") if rest else ""
            return Put(sku, quantity, seen, chosen, unit) if good and bool(unit) == bool(rest) else None
        case _:
            return None


def _removed(row: object) -> Removed | None:
    match row:
        case [int(place), *rest] if 0 <= place < LINES:
            put = _put(rest)
            return Removed(place, put) if put else None
        case _:
            return None


def cart_of(request: HttpRequest) -> Cart:
    """The cart of this browser; no query where the session was read, or where there is none."""
    return Cart.read(request.session.get(SESSION_KEY)) if hasattr(request, "session") else Cart()


def change_cart(request: HttpRequest, change: Callable[[Cart], Cart]) -> Cart:
    """Change the newest cart of this browser, whatever its other tabs do meanwhile; returns it. Raises what `change` does."""
    return Cart.read(amend(request.session, SESSION_KEY, lambda kept: change(Cart.read(kept)).kept()))
