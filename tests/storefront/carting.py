"""What a buyer does with the cart, through its pages as they are served."""

import re
from typing import Any

from django.urls import reverse

from kameng.lib.ids import reference
from shop.catalog.models import Sku
from shop.storefront.cart import SESSION_KEY, Cart
from tests.factories import listing, merchant, sku
from tests.storefront.shopper import ATTRIBUTE, INPUT, Seen, Shopper

SCRIPT = {"HTTP_HX_REQUEST": "true"}
Fields = dict[str, list[str]]


def goods(name: str, seller: str = "Jade Cards", *, units: int = 9, **fields: Any) -> Sku:
    """A SKU of a listing of its own: `name` 648 gems."""
    return sku(units=units, of=listing(name, seller=merchant(seller), slug=reference()), **fields)


def put(shopper: Shopper, made: Sku, quantity: object = 1, *, unit: str = "", **extra: Any) -> Seen:
    """Put so many into the cart, or the one that was chosen."""
    data = {"sku": made.pk, "quantity": quantity} | ({"unit": unit} if unit else {})
    return shopper.post(reverse("cart_add"), data, **extra)


def look(shopper: Shopper) -> Seen:
    return shopper.get(reverse("cart"))


def line(page: Seen, name: str) -> Seen:
    """The part of the page that is about this line."""
    rows = [row for row in re.findall(r"<li\b.*?</li>", page.html, re.DOTALL) if name in row]
    return Seen(type("Part", (), {"content": rows[0].encode(), "status_code": page.status}))


def fields(page: Seen) -> Fields:
    """What a browser would send with the cart's form: not what is disabled, and of the boxes the ticked ones."""
    found: Fields = {}
    for tag in INPUT.findall(page.html[page.html.index('id="cart-form"') :]):
        told, rest = dict(ATTRIBUTE.findall(tag)), ATTRIBUTE.sub("", tag)
        off = re.search(r"\bdisabled\b", rest) or (told.get("type") == "checkbox" and not re.search(r"\bchecked\b", rest))
        if (told.get("name") in {"take", "line", "changed"} and not off) or told.get("name", "").startswith("quantity-"):
            found.setdefault(told["name"], []).append(told.get("value", ""))
    return found


def press(shopper: Shopper, button: str, value: object = "1", *, page: Any = None, **changes: Any) -> Seen:
    """Press a button of the cart's form as the page shows it, some fields changed (None: left out)."""
    data: dict[str, Any] = {**fields(page or look(shopper)), **changes, button: value}
    return shopper.post(reverse("cart"), {name: sent for name, sent in data.items() if sent is not None})


def by_script(shopper: Shopper, **sent: Any) -> Seen:
    """What the page's script sends, and the part of the page that it gets."""
    return shopper.post(reverse("cart"), sent, **SCRIPT)


def to_checkout(shopper: Shopper, *wanted: Sku | tuple[Sku, int]) -> Seen:
    """Put it all into the cart, go on, and the checkout page."""
    for each in wanted:
        made, quantity = each if isinstance(each, tuple) else (each, 1)
        put(shopper, made, quantity)
    answer = press(shopper, "go")
    assert answer.status == 302, answer.text
    return shopper.get(answer.response["Location"])


def open_checkout(shopper: Shopper, code: str) -> Seen:
    """The checkout page of such a code."""
    return shopper.get(reverse("checkout"), {"cart": code})


def kept(shopper: Shopper) -> dict[int, int]:
    """What lies in the cart: quantities by SKU, in their order."""
    return {put.sku_id: put.quantity for put in Cart.read(shopper.client.session.get(SESSION_KEY)).puts}


def chosen(shopper: Shopper) -> set[int]:
    return {put.sku_id for put in Cart.read(shopper.client.session.get(SESSION_KEY)).puts if put.chosen}
