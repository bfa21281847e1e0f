"""What the cart's page sends: quantities, what is chosen, and which button was pressed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from django.http import QueryDict
from django.utils.translation import gettext as _

from shop.orders.place import Item
from shop.storefront.basket import read_items
from shop.storefront.cart import Cart, Put
from shop.storefront.linekey import Key, read_key
from shop.storefront.typed import pieces

#: What somebody typed is said back to them no longer than this.
LONGEST_ECHO = 12


@dataclass(frozen=True, slots=True)
class Sent:
    """The form as it came, read against the cart of that moment. `faults` says by line what cannot be read."""

    quantities: Mapping[Key, int]
    chosen: Mapping[Key, bool]
    faults: Mapping[Key, str]
    taken: frozenset[Key]
    remove: Key | None
    undo: bool
    go: bool
    resized: Key | None = None

    @property
    def removes(self) -> bool:
        return bool(self.remove) or 0 in self.quantities.values()

    @property
    def items(self) -> list[Item]:
        """The lines in the quantities that are asked for now."""
        return [Item(sku_id, quantity, unit=unit) for (sku_id, unit), quantity in self.quantities.items() if quantity]


def read_form(sent: QueryDict, cart: Cart, *, by_script: bool) -> Sent:
    """Read the form. A script sends it after each change and names what changed: what another tab changed stays as it is."""
    named = _keys(sent.getlist("changed"))
    puts = [put for put in cart.puts if not by_script or put.key in named]
    typed = {put: text for put in puts if (text := sent.get(f"quantity-{put.name}")) is not None}
    numbers = {put: pieces(text) for put, text in typed.items()}
    quantities = {put.key: number for put, number in numbers.items() if number is not None}
    wished = {item.key: item.quantity for item in read_items(sent.get("set", ""))}
    taken, shown = _keys(sent.getlist("take")), _keys(sent.getlist("line"))
    if "all" in sent:
        taken, puts = (shown if sent["all"] == "1" else frozenset()), list(cart.puts)
    return Sent(
        quantities=quantities | wished,
        chosen={put.key: put.key in taken for put in puts if put.key in shown},
        faults={put.key: _fault(put, typed[put]) for put, number in numbers.items() if number is None},
        taken=taken,
        remove=read_key(sent.get("remove")),
        undo="undo" in sent,
        go="go" in sent,
        resized=next(iter(wished), None),
    )


def applied(cart: Cart, sent: Sent, prices: Mapping[Key, int]) -> Cart:
    """The cart with what was sent. `prices` are unit prices for the new quantities; a line without one stays as it is."""
    after = replace(cart, puts=tuple(_with(put, sent, prices) for put in cart.puts))
    if sent.undo:
        return after.undo()
    after = replace(after, removed=None)
    for key in [sent.remove, *(key for key, quantity in sent.quantities.items() if not quantity)]:
        after = after.remove(key) if key else after
    return after


def _with(put: Put, sent: Sent, prices: Mapping[Key, int]) -> Put:
    quantity = 1 if put.unit else sent.quantities.get(put.key) or put.quantity
    if quantity != put.quantity and put.key in prices:
        put = replace(put, quantity=quantity, seen=prices[put.key])
    return replace(put, chosen=sent.chosen.get(put.key, put.chosen))


def _keys(texts: Iterable[str]) -> frozenset[Key]:
    return frozenset(key for key in map(read_key, texts) if key)


def _fault(put: Put, text: str) -> str:
    told = {"typed": text.strip()[:LONGEST_ECHO], "n": put.quantity}
    if not told["typed"]:
        return _("There was no quantity; it stays at %(n)d.") % told
    return _("“%(typed)s” is no quantity; it stays at %(n)d.") % told
