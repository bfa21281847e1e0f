"""What the cart's page sends: quantities, what is chosen, and which button was pressed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from django.http import QueryDict
from django.utils.translation import gettext as _

from shop.orders.place import Item
from shop.storefront.basket import read_items
from shop.storefront.cart import Cart, Put
from shop.storefront.typed import pieces, whole

#: What somebody typed is said back to them no longer than this.
LONGEST_ECHO = 12


@dataclass(frozen=True, slots=True)
class Sent:
    """The form as it came, read against the cart of that moment. `faults` says by SKU what cannot be read."""

    quantities: Mapping[int, int]
    chosen: Mapping[int, bool]
    faults: Mapping[int, str]
    taken: frozenset[int]
    remove: int | None
    undo: bool
    go: bool
    resized: int | None = None

    @property
    def removes(self) -> bool:
        return bool(self.remove) or 0 in self.quantities.values()

    @property
    def items(self) -> list[Item]:
        """The SKUs in the quantities that are asked for now."""
        return [Item(sku_id, quantity) for sku_id, quantity in self.quantities.items() if quantity]


def read_form(sent: QueryDict, cart: Cart, *, by_script: bool) -> Sent:
    """Read the form. A script sends it after each change and names what changed: what another tab changed stays as it is."""
    named = _keys(sent.getlist("changed"))
    puts = [put for put in cart.puts if not by_script or put.sku_id in named]
    typed = {put: text for put in puts if (text := sent.get(f"quantity-{put.sku_id}")) is not None}
    numbers = {put: pieces(text) for put, text in typed.items()}
    quantities = {put.sku_id: number for put, number in numbers.items() if number is not None}
    wished = {item.sku_id: item.quantity for item in read_items(sent.get("set", ""))}
    taken, shown = _keys(sent.getlist("take")), _keys(sent.getlist("line"))
    if "all" in sent:
        taken, puts = (shown if sent["all"] == "1" else frozenset()), list(cart.puts)
    return Sent(
        quantities=quantities | wished,
        chosen={put.sku_id: put.sku_id in taken for put in puts if put.sku_id in shown},
        faults={put.sku_id: _fault(put, typed[put]) for put, number in numbers.items() if number is None},
        taken=taken,
        remove=whole(sent.get("remove")),
        undo="undo" in sent,
        go="go" in sent,
        resized=next(iter(wished), None),
    )


def applied(cart: Cart, sent: Sent, prices: Mapping[int, int]) -> Cart:
    """The cart with what was sent. `prices` are unit prices for the new quantities; a line without one stays as it is."""
    after = replace(cart, puts=tuple(_with(put, sent, prices) for put in cart.puts))
    if sent.undo:
        return after.undo()
    after = replace(after, removed=None)
    for sku_id in [sent.remove, *(sku_id for sku_id, quantity in sent.quantities.items() if not quantity)]:
        after = after.remove(sku_id) if sku_id else after
    return after


def _with(put: Put, sent: Sent, prices: Mapping[int, int]) -> Put:
    quantity = sent.quantities.get(put.sku_id) or put.quantity
    if quantity != put.quantity and put.sku_id in prices:
        put = replace(put, quantity=quantity, seen=prices[put.sku_id])
    return replace(put, chosen=sent.chosen.get(put.sku_id, put.chosen))


def _keys(texts: Iterable[str]) -> frozenset[int]:
    return frozenset(key for key in map(whole, texts) if key)


def _fault(put: Put, text: str) -> str:
    told = {"typed": text.strip()[:LONGEST_ECHO], "n": put.quantity}
    if not told["typed"]:
        return _("There was no quantity; it stays at %(n)d.") % told
    return _("“%(typed)s” is no quantity; it stays at %(n)d.") % told
