"""Fewer than were wanted: what the button said is what is paid."""

import pytest

from shop.catalog.models import Sku
from shop.orders.models import Order
from tests.factories import buyer, gateway_account, place_order, sku
from tests.storefront.shopper import Shopper

pytestmark = pytest.mark.django_db


def test_a_price_that_changed_under_the_smaller_quantity_is_shown_before_anything_is_ordered() -> None:
    gateway_account()
    made, bob = sku(units=3), Shopper()
    form = bob.checkout(made, 3)
    place_order(made, by=buyer("Eve"))
    page = bob.send(form)
    assert "Take 2, pay ¥196.00" in page.text
    Sku.objects.update(price=9900)
    again = bob.send(page, instead="2")
    assert "The price changed from ¥196.00 to ¥198.00" in again.text
    assert Order.objects.count() == 1
    assert bob.send(again).status == 302
    assert Order.objects.latest("pk").total == 19_800
