"""The checkout of several lines as an address and as a form that somebody else filled in."""

import re
from typing import Any

import pytest
from django.urls import reverse

from shop.orders.models import Order
from shop.payments.models import GatewayAccount
from tests.factories import gateway_account, listing, sku, verified
from tests.storefront.carting import goods, kept, open_checkout, to_checkout
from tests.storefront.shopper import Shopper

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


@pytest.fixture(autouse=True)
def sandbox() -> GatewayAccount:
    return gateway_account()


@pytest.fixture
def bob() -> Shopper:
    return Shopper()


class TestTheAddress:
    def test_can_be_opened_again_and_after_an_error(self, bob: Shopper) -> None:
        made, other = goods("One"), goods("Two")
        page = bob.send(to_checkout(bob, (made, 2), other), email="bob")
        here = re.search(r'data-here="([^"]+)"', page.html)
        assert here is not None
        assert here[1] == f"/checkout/?cart={made.pk}x2.{other.pk}x1"
        assert page.fields()["email"] == "bob"
        assert "¥294.00" in bob.get(here[1]).text

    def test_survives_signing_in_with_the_cart(self, bob: Shopper) -> None:
        user, made, other = verified(), goods("One"), goods("Two")
        page = to_checkout(bob, (made, 2), other)
        link = re.search(r'href="(/account/login/\?next=[^"]+)"', page.html[page.html.index("<main") :])
        assert link is not None
        told = re.search(r'name="next" value="([^"]+)"', bob.get(link[1]).html)
        assert told is not None
        sent = {"login": user.email, "password": "a long pass phrase", "next": told[1]}
        answer = bob.post("/account/login/", sent)
        assert answer.response["Location"] == f"/checkout/?cart={made.pk}x2.{other.pk}x1"
        bob.send(bob.get(answer.response["Location"]))
        assert Order.objects.get().user == user
        assert kept(bob) == {}

    @pytest.mark.parametrize(
        "code",
        [
            "",
            "x",
            "1",
            "x1",
            "1x",
            "1x0",
            "0x1",
            "-1x1",
            "1x-1",
            "abc",
            "9" * 40 + "x1",
            "1.1",
            "\0",
            "12345x1",
            "1x1" * 999,
        ],
    )
    def test_of_nothing_leads_to_the_cart(self, bob: Shopper, code: str) -> None:
        answer = open_checkout(bob, code)
        assert (answer.status, answer.location) == (302, reverse("cart"))
        assert bob.post(reverse("checkout"), {"cart": code}).location == reverse("cart")

    def test_sums_lines_that_name_one_product(self, bob: Shopper) -> None:
        made = goods("One")
        assert "648 gems × 5" in open_checkout(bob, f"{made.pk}x2.{made.pk}x3").text

    @pytest.mark.parametrize("quantity", [101, "9" * 31, 10**30, "9" * 5000])
    def test_with_more_than_one_order_takes_becomes_what_it_takes(self, bob: Shopper, quantity: object) -> None:
        made, other = goods("One", units=500, unpaid_limit=500), goods("Two")
        page = open_checkout(bob, f"{made.pk}x{quantity}.{other.pk}x1")
        assert "¥98.00 × 100" in page.text
        assert "they were set to what it takes" in page.text

    def test_with_more_lines_than_a_cart_takes_is_cut(self, bob: Shopper) -> None:
        page = listing()
        many = [sku(of=page, value=str(n), units=1) for n in range(25)]
        seen = open_checkout(bob, ".".join(f"{made.pk}x1" for made in many))
        assert seen.text.count("¥98.00 × 1") == 20


@pytest.mark.parametrize("change", [{"seen": "1"}, {"cart": "{first}x9"}, {"cart": "{first}x1.{second}x2"}])
def test_another_order_than_the_page_showed_is_not_placed(bob: Shopper, change: dict[str, str]) -> None:
    first, second = goods("One"), goods("Two")
    page = to_checkout(bob, first, second)
    sent = {name: value.format(first=first.pk, second=second.pk) for name, value in change.items()}
    assert bob.send(page, **sent).status == 200
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    "extra", [{"price": "1"}, {"total": "-1"}, {"currency": "JPY"}, {"sku": "1", "quantity": "1"}, {"discount": "9799"}]
)
def test_nothing_else_in_the_form_is_read(bob: Shopper, extra: dict[str, Any]) -> None:
    page = to_checkout(bob, goods("One"), goods("Two"))
    bob.send(page, **extra)
    order = Order.objects.get()
    assert (order.total, order.currency, order.lines.count()) == (19_600, "CNY", 2)
