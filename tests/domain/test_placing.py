"""Placing an order at the price that its buyer agreed to, once."""

import pytest

from shop.catalog.models import Sku
from shop.orders.limits import TooManyUnpaid
from shop.orders.models import Order
from shop.orders.place import Item, PriceChanged, place
from tests.factories import NOON, buyer, place_order, sku

pytestmark = pytest.mark.django_db


def order(made: Sku, *, agreed: int, nonce: str = "a form") -> Order:
    return place(buyer=buyer(), items=[Item(made.pk, 2)], nonce=nonce, now=NOON, agreed=agreed)


def test_a_price_that_changed_since_the_buyer_saw_it_orders_nothing() -> None:
    with pytest.raises(PriceChanged, match=r"196\.00.*198\.00"):
        order(sku(units=2, price=9_900), agreed=2 * 9_800)
    assert not Order.objects.exists()


def test_a_second_click_finds_its_order_though_the_price_has_changed_and_all_is_sold() -> None:
    made = sku(units=2)
    first = order(made, agreed=2 * 9_800)
    Sku.objects.update(price=9_900)
    assert order(made, agreed=2 * 9_800) == first
    assert Order.objects.count() == 1


def test_a_second_click_on_the_last_order_that_one_may_have_is_not_refused() -> None:
    made = sku(units=8, unpaid_limit=8)
    first, *_ = [order(made, agreed=2 * 9_800, nonce=f"form {n}") for n in range(3)]
    assert order(made, agreed=2 * 9_800, nonce="form 0") == first
    with pytest.raises(TooManyUnpaid):
        place_order(made, now=NOON)
