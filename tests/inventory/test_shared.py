"""Secrets that several buyers share: each of them once."""

import pytest

from shop.inventory.claim import SoldOut
from shop.orders.models import Order
from tests.factories import buyer, place_order, sku

pytestmark = pytest.mark.django_db


def test_who_has_every_secret_is_told_that_nothing_is_left_and_not_to_try_again() -> None:
    made = sku(units=1, uses=3, max_quantity=1)
    place_order(made)
    with pytest.raises(SoldOut) as refused:
        place_order(made)
    assert refused.value.left == 0
    place_order(made, by=buyer("Bob"))
    assert Order.objects.count() == 2
