"""Carts over real HTTP: crowds who want the same two products in either order, and the tabs of one browser."""

import re
from functools import partial

import httpx
import pytest

from shop.catalog.models import Sku
from shop.inventory.models import StockUnit, UnitStatus
from shop.orders.models import Order, OrderLine
from tests import factories
from tests.harness.crowd import together
from tests.harness.fixtures import Site
from tests.harness.scale import scale
from tests.races.shoppers import Shopper, rush_for, shoppers

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race, pytest.mark.drill]

CROWD = scale(30, 120)
UNITS = scale(8, 30)
ROUNDS = scale(2, 8)
TABS = scale(8, 16)


def two_shops(units: int) -> list[Sku]:
    lotus = factories.listing("Moon Harbour", seller=factories.merchant("Lotus Keys"))
    return [factories.sku(units=units), factories.sku(units=units, of=lotus, price=500)]


def test_who_gets_one_product_gets_both_and_every_pair_is_sold_once(calm: Site) -> None:
    factories.gateway_account()
    for turn in range(ROUNDS):
        first, second = (sku.pk for sku in two_shops(UNITS))
        wishes = [{"cart": f"{first}x1.{second}x1" if i % 2 else f"{second}x1.{first}x1"} for i in range(CROWD)]
        answers = rush_for(calm.url, wishes, f"pair-{turn}")
        assert sum(answer.status_code == 302 for answer in answers) == UNITS
        assert {answer.status_code for answer in answers} == {200, 302}
        orders = Order.objects.filter(lines__sku=first)
        assert orders.count() == UNITS
        assert OrderLine.objects.filter(order__in=orders, sku=second).count() == UNITS
        for sku in (first, second):
            assert StockUnit.objects.filter(sku=sku, status=UnitStatus.RESERVED).count() == UNITS


def test_who_wants_more_lines_keeps_nobody_from_what_is_left(calm: Site) -> None:
    """The last unit of one product is raced for by carts that hold another with plenty; losers hold nothing of either."""
    factories.gateway_account()
    rare, plenty = two_shops(1)[0], factories.sku(units=CROWD, of=factories.listing("Plenty"))
    answers = rush_for(calm.url, [{"cart": f"{rare.pk}x1.{plenty.pk}x1"}] * CROWD, "last")
    assert sum(answer.status_code == 302 for answer in answers) == 1
    assert StockUnit.objects.filter(sku=plenty, status=UnitStatus.RESERVED).count() == 1
    assert all("go on with the rest" in answer.text for answer in answers if answer.status_code == 200)


class Tabs:
    """One browser with as many tabs as there are threads."""

    def __init__(self, shopper: Shopper) -> None:
        self.shopper = shopper
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', shopper.browser.get("/cart/").text)
        assert token is not None
        self.token = token[1]

    def put(self, sku: Sku) -> httpx.Response:
        return self.shopper.browser.post("/cart/add/", data={"sku": sku.pk, "csrfmiddlewaretoken": self.token})

    @property
    def lines(self) -> int:
        return self.shopper.browser.get("/cart/").text.count("data-line")


def test_tabs_of_one_browser_that_act_at_once_lose_nothing(calm: Site) -> None:
    page = factories.listing()
    skus = [factories.sku(units=1, of=page, value=str(n)) for n in range(TABS + 1)]
    with shoppers(calm.url, TABS, "tabs") as (bob, *_others):
        tabs = Tabs(bob)
        tabs.put(skus[0])
        answers = together([partial(tabs.put, sku) for sku in skus[1:]], connected=False)
        assert [answer.status_code for answer in answers] == [302] * TABS
        assert tabs.lines == TABS + 1


def test_a_guest_who_orders_while_another_tab_fills_the_cart_can_open_the_order(calm: Site) -> None:
    factories.gateway_account()
    bought, other = two_shops(5)
    with shoppers(calm.url, TABS, "both") as (bob, *_others):
        tabs = Tabs(bob)
        tabs.put(bought)
        bob.open(cart=f"{bought.pk}x1")
        together([bob.send, *[partial(tabs.put, other)] * 6], connected=False)
        order = Order.objects.get()
        assert bob.browser.get(f"/o/{order.number}/pay/").status_code == 200
        assert tabs.lines == 1, "what was bought is out, what was put in meanwhile is in"
