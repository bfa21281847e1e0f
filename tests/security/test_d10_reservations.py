"""D10: reservations cannot empty the shop. Through the checkout page, as a script would try it."""

from collections.abc import Iterator
from typing import Any

import pytest

from kameng.lib import clock
from shop.inventory.queries import sellable
from shop.orders.limits import OPEN_ORDERS, OPEN_ORDERS_PER_ADDRESS
from shop.orders.models import Order
from tests.factories import NOON, gateway_account, member, sku
from tests.storefront.shopper import Shopper

pytestmark = pytest.mark.django_db

LIMIT = "already have 3 unpaid orders"


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    """The sandbox takes orders, and the clock stands still."""
    gateway_account()
    with clock.at(NOON):
        yield


def test_a_browser_holds_three_unpaid_orders_whatever_addresses_it_types() -> None:
    made, eve = sku(units=20), Shopper()
    for number in range(OPEN_ORDERS):
        eve.order(made, email=f"eve{number}@example.com")
    page = eve.send(eve.checkout(made), email="another@example.com")
    assert LIMIT in page.text
    assert Order.objects.count() == OPEN_ORDERS


@pytest.mark.parametrize("spelled", ["eve@example.com", "EVE@example.com", "ｅｖｅ@example.com", " eve@example.com "])
def test_a_contact_holds_three_however_it_is_spelled_and_whatever_the_browser(spelled: str) -> None:
    made = sku(units=20)
    for _browser in range(OPEN_ORDERS):
        Shopper("eve@example.com").order(made)
    page = Shopper(spelled).send(Shopper(spelled).checkout(made))
    assert LIMIT in page.text or "This form was already sent" in page.text
    assert Order.objects.count() == OPEN_ORDERS


def test_a_member_holds_three_in_all_browsers_together() -> None:
    made, user = sku(units=20), member()
    for _browser in range(OPEN_ORDERS):
        browser = Shopper()
        browser.client.force_login(user)
        browser.order(made)
    another = Shopper()
    another.client.force_login(user)
    assert LIMIT in another.send(another.checkout(made)).text


def test_strangers_who_order_under_a_members_address_do_not_keep_the_member_from_buying() -> None:
    made, user = sku(units=20), member()
    for _browser in range(OPEN_ORDERS):
        Shopper(user.email).order(made)
    owner = Shopper()
    owner.client.force_login(user)
    assert owner.order(made).user == user


def test_an_address_holds_thirty() -> None:
    made = sku(units=100)
    for number in range(OPEN_ORDERS_PER_ADDRESS):
        Shopper(f"b{number}@example.com").order(made)
    page_of = Shopper("late@example.com")
    page = page_of.send(page_of.checkout(made))
    assert "too many unpaid orders from your network" in page.text
    assert Order.objects.count() == OPEN_ORDERS_PER_ADDRESS


def test_behind_our_proxy_each_client_counts_for_itself(settings: Any) -> None:
    settings.TRUSTED_PROXIES = ["127.0.0.0/8"]
    made = sku(units=100)
    for number in range(OPEN_ORDERS_PER_ADDRESS + 1):
        buyer = Shopper(f"b{number}@example.com")
        buyer.client.defaults["HTTP_X_FORWARDED_FOR"] = f"203.0.113.{number + 1}"
        buyer.order(made)
    assert Order.objects.count() == OPEN_ORDERS_PER_ADDRESS + 1


def test_a_header_that_the_client_wrote_changes_no_limit(settings: Any) -> None:
    settings.TRUSTED_PROXIES = []
    made = sku(units=100)
    for number in range(OPEN_ORDERS_PER_ADDRESS):
        buyer = Shopper(f"b{number}@example.com")
        buyer.client.defaults["HTTP_X_FORWARDED_FOR"] = f"203.0.113.{number + 1}"
        buyer.order(made)
    late = Shopper("late@example.com")
    late.client.defaults["HTTP_X_FORWARDED_FOR"] = "198.51.100.1"
    assert "too many unpaid orders" in late.send(late.checkout(made)).text


def test_an_ipv6_connection_is_one_address_however_many_it_has(settings: Any) -> None:
    settings.TRUSTED_PROXIES = ["127.0.0.0/8"]
    made = sku(units=100)
    for number in range(OPEN_ORDERS_PER_ADDRESS):
        eve = Shopper(f"e{number}@example.com")
        eve.client.defaults["HTTP_X_FORWARDED_FOR"] = f"2001:db8:1:2::{number + 1:x}"
        eve.order(made)
    another = Shopper("another@example.com")
    another.client.defaults["HTTP_X_FORWARDED_FOR"] = "2001:db8:1:2:ffff::1"
    assert "too many unpaid orders" in another.send(another.checkout(made)).text
    neighbour = Shopper("neighbour@example.com")
    neighbour.client.defaults["HTTP_X_FORWARDED_FOR"] = "2001:db8:1:3::1"
    neighbour.order(made)


@pytest.mark.parametrize(("units", "allowed"), [(20, 5), (100, 10)])
def test_one_buyer_holds_five_units_or_a_tenth(units: int, allowed: int) -> None:
    made, eve = sku(units=units), Shopper()
    page = eve.send(eve.checkout(made, allowed + 1))
    assert f"at most {allowed} unpaid units" in page.text
    eve.order(made, allowed)
    assert sellable(made, NOON) == units - allowed


def test_a_sku_can_have_a_limit_of_its_own() -> None:
    made, eve = sku(units=100, unpaid_limit=2), Shopper()
    assert "at most 2 unpaid units" in eve.send(eve.checkout(made, 3)).text


def test_who_holds_too_much_is_led_to_what_can_be_paid() -> None:
    made, eve = sku(units=20), Shopper()
    orders = [eve.order(made) for _n in range(OPEN_ORDERS)]
    page = eve.send(eve.checkout(made))
    for order in orders:
        assert f"/o/{order.number}/pay/" in page.html
    assert page.fields()["email"] == eve.email


def test_nobody_elses_unpaid_orders_are_shown() -> None:
    made = sku(units=20)
    for _browser in range(OPEN_ORDERS):
        Shopper("eve@example.com").order(made)
    thief = Shopper("eve@example.com")
    page = thief.send(thief.checkout(made))
    assert LIMIT in page.text
    assert "/pay/" not in page.html
