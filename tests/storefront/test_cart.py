"""Putting something aside: what the cart takes, what it refuses, and whose it is."""

from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from shop.catalog.models import PriceTier, Sku
from shop.storefront.basket import LINES
from shop.storefront.cart import SESSION_KEY, Cart
from tests.factories import listing, sku
from tests.storefront.carting import SCRIPT, goods, kept, look, put
from tests.storefront.shopper import Seen, Shopper

pytestmark = pytest.mark.django_db


def product(shopper: Shopper, made: Sku, **query: Any) -> Seen:
    return shopper.get(reverse("listing", args=[made.listing.slug]), query)


def test_what_was_put_in_is_shown_and_more_of_it_is_added() -> None:
    bob, made = Shopper(), goods("Star Abyss")
    answer = put(bob, made, 2)
    assert (answer.status, answer.location) == (302, reverse("cart"))
    assert "In your cart: Star Abyss 648 gems × 2." in bob.get(answer.location).text
    put(bob, made, "３")
    assert kept(bob) == {made.pk: 5}
    assert look(bob).html.count('value="5"') == 1


def test_with_a_script_the_page_stays_and_says_it() -> None:
    bob, made = Shopper(), goods("Star Abyss")
    answer = put(bob, made, 2, **SCRIPT)
    assert answer.status == 200
    assert "In your cart: 2" in answer.text
    assert 'hx-swap-oob="innerHTML:[data-cart-count]">1<' in answer.html
    assert f'href="{reverse("cart")}"' in answer.html


def test_the_button_on_the_products_page_needs_no_script_and_leaves_no_token_in_an_address() -> None:
    bob, made = Shopper(), goods("Star Abyss")
    page = product(bob, made, quantity=3)
    assert page.html.count(f'formmethod="post" formaction="{reverse("cart_add")}" name="csrfmiddlewaretoken"') == 2
    form = page.html[page.html.index('<form id="buy"') :]
    assert "<input" not in form[form.index("csrfmiddlewaretoken") : form.index("</form>")], "only with that button"
    assert page.html.index("Buy now · ") < page.html.index("formmethod"), "Enter in the quantity buys at once, as before"


def test_what_is_sold_out_is_not_offered_to_the_cart() -> None:
    assert reverse("cart_add") not in product(Shopper(), goods("Gone", units=0)).html


@pytest.mark.parametrize("quantity", ["0", "-1", "1.5", "1e3", "abc", "", " ", "NaN", "\0"])
def test_what_is_no_quantity_puts_nothing_in_and_says_so(quantity: str) -> None:
    bob, made = Shopper(), goods("Star Abyss")
    answer = put(bob, made, quantity)
    assert (answer.status, answer.location) == (302, reverse("listing", args=[made.listing.slug]))
    assert "A quantity is a whole number from 1 on. Nothing was put into your cart." in bob.get(answer.location).text
    assert "A quantity is a whole number" in put(bob, made, quantity, **SCRIPT).text
    assert kept(bob) == {}


@pytest.mark.parametrize("quantity", ["101", "9" * 31, 10**30, "1" + "0" * 5000])
def test_more_than_one_order_takes_becomes_what_it_takes_and_says_so(quantity: object) -> None:
    bob, made = Shopper(), goods("Star Abyss")
    answer = put(bob, made, quantity)
    assert "One order takes at most 100 of it." in bob.get(answer.location).text
    assert kept(bob) == {made.pk: 100}


@pytest.mark.parametrize("pk", ["", "0", "-1", "abc", "9" * 40, "12345", "1 OR 1=1", "\0", None])
def test_a_sku_that_there_is_not_is_not_found(pk: Any) -> None:
    bob = Shopper()
    assert bob.post(reverse("cart_add"), {} if pk is None else {"sku": pk}).status == 404
    assert bob.post(reverse("cart_add"), {} if pk is None else {"sku": pk}, **SCRIPT).status == 200
    assert kept(bob) == {}


@pytest.mark.parametrize("hidden", ["off sale", "unpublished"])
def test_what_is_not_on_sale_cannot_be_put_in_and_is_not_named(hidden: str) -> None:
    page = listing("Secret plans", published_at=None) if hidden == "unpublished" else listing("Secret plans")
    made, bob = sku(units=3, of=page, on_sale=hidden == "unpublished"), Shopper()
    assert put(bob, made).status == 404
    seen = put(bob, made, **SCRIPT)
    assert "This is not on sale any more." in seen.text
    assert "Secret" not in seen.html
    assert kept(bob) == {}


def test_a_cart_takes_twenty_products_and_says_so() -> None:
    bob, page = Shopper(), listing()
    many = [sku(of=page, value=str(n)) for n in range(LINES + 1)]
    for made in many[:LINES]:
        put(bob, made)
    answer = put(bob, many[LINES])
    assert "A cart takes 20 products. Buy or remove some first." in bob.get(answer.location).text
    assert "A cart takes 20 products." in put(bob, many[LINES], **SCRIPT).text
    assert list(kept(bob)) == [made.pk for made in many[:LINES]]
    put(bob, many[0], 2)
    assert kept(bob)[many[0].pk] == 3, "more of what is there already has room"


def test_a_full_cart_is_a_small_session() -> None:
    bob, page = Shopper(), listing()
    for n in range(LINES):
        put(bob, sku(of=page, value=str(n), price=10**12), 10**30)
    bob.post(reverse("cart"), {f"quantity-{pk}": "9" * 5000 for pk in kept(bob)} | {"remove": next(iter(kept(bob)))})
    assert len(Session.objects.get().session_data) < 2000


def test_the_cart_of_one_browser_is_nobody_elses() -> None:
    bob, eve, made = Shopper(), Shopper("eve@example.com"), goods("Star Abyss")
    put(bob, made, 2)
    assert "Your cart is empty" in look(eve).text
    eve.post(reverse("cart"), {"remove": made.pk, "take": made.pk, f"quantity-{made.pk}": 9, "line": made.pk})
    eve.post(reverse("cart"), {"undo": 1})
    assert (kept(bob), kept(eve)) == ({made.pk: 2}, {})


def test_nothing_is_changed_by_looking() -> None:
    bob, made = Shopper(), goods("Star Abyss")
    put(bob, made, 2)
    for query in ({"remove": made.pk}, {f"quantity-{made.pk}": 5}, {"undo": 1}, {"go": 1}):
        assert bob.get(reverse("cart"), query).status == 200
    assert bob.get(reverse("cart_add"), {"sku": made.pk}).status == 405
    assert kept(bob) == {made.pk: 2}


def test_a_form_of_another_site_changes_nothing() -> None:
    made = goods("Star Abyss")
    guarded = Shopper(client=Client(enforce_csrf_checks=True))
    assert put(guarded, made).status == 403
    assert guarded.post(reverse("cart"), {"remove": made.pk}).status == 403
    assert kept(guarded) == {}


GARBAGE: list[Any] = [
    None,
    "lines",
    7,
    [],
    [[1, 1, 1, True]],
    {"lines": None},
    {"lines": "x"},
    {"lines": {"1": 2}},
    {
        "lines": [
            None,
            3,
            "abc",
            [],
            [1],
            [1, 2, 3],
            [1, 2, 3, True, 5],
            ["1", 2, 3, True],
            [1, "2", 3, True],
            [1, 2, 3, "no"],
        ]
    },
    {"lines": [[0, 1, 1, True], [-1, 1, 1, True], [2**63, 1, 1, True], [10**30, 1, 1, True]]},
    {"lines": [[1, 0, 1, True], [1, -1, 1, True], [1, 10**30, 1, True], [1, 1.5, 1, True], [1, 1, -1, True]]},
    {"lines": [], "removed": [1, 2]},
    {"lines": [], "removed": [-1, 1, 1, 1, True]},
    {"lines": [], "removed": "x"},
]


@pytest.mark.parametrize("garbage", GARBAGE)
def test_whatever_the_session_holds_the_cart_opens(garbage: Any) -> None:
    bob, made = Shopper(), goods("Star Abyss")
    put(bob, made)
    session = bob.client.session
    session[SESSION_KEY] = garbage
    session.save()
    page = look(bob)
    assert page.status == 200
    assert "Your cart is empty" in page.text
    put(bob, made, 2)
    assert kept(bob) == {made.pk: 2}


def test_what_the_session_holds_too_much_is_left_out() -> None:
    rows = [[n, 1, 100, True] for n in range(1, 60)]
    assert len(Cart.read({"lines": rows}).puts) == LINES
    assert [put.quantity for put in Cart.read({"lines": [[1, 1, 1, True], [1, 7, 1, True]]}).puts] == [7], "each SKU once"


def test_a_sku_that_there_is_no_more_is_no_line() -> None:
    bob, made = Shopper(), goods("Star Abyss")
    put(bob, made)
    session = bob.client.session
    session[SESSION_KEY]["lines"].append([made.pk + 1, 1, 100, True])
    session.save()
    assert "Cart 1 product " in look(bob).text


def test_every_page_shows_how_many_products_lie_in_the_cart() -> None:
    bob = Shopper()
    assert "data-cart-count></span>" in bob.get("/").html
    put(bob, goods("Star Abyss"), 3)
    put(bob, goods("Moon Harbour"))
    assert bob.get("/").html.count("data-cart-count>2</span>") == 2, "in the header, and in the dock of small screens"


def test_the_count_costs_no_query() -> None:
    bob = Shopper()
    put(bob, goods("Star Abyss"))
    with CaptureQueriesContext(connection) as asked:
        bob.get("/account/login/")
    assert [each["sql"] for each in asked if "session" not in each["sql"]] == []
    assert len(asked) == 1, "the session alone, which tells who is there"
    with CaptureQueriesContext(connection) as asked:
        Shopper().get("/account/login/")
    assert len(asked) == 0


def test_the_price_in_the_session_is_never_charged(settings: Any) -> None:
    bob, made = Shopper(), goods("Star Abyss", price=9800)
    PriceTier.objects.create(sku=made, from_quantity=3, unit_price=9000)
    put(bob, made, 3)
    session = bob.client.session
    session[SESSION_KEY]["lines"][0][2] = 1
    session.save()
    page = look(bob)
    assert "To the checkout · ¥270.00" in page.text
    assert "It was ¥0.01 each when you put it in, now it is ¥90.00." in page.text
