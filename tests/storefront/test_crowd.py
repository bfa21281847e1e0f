"""A crowd behind one address: buyers wait for each other's limits, and are told when that takes too long."""

from typing import Any

import pytest

from kameng.lib.locks import StillHeld
from shop.orders import limits
from shop.orders.models import Order
from tests.factories import gateway_account, sku
from tests.storefront.shopper import Shopper

pytestmark = pytest.mark.django_db


def test_a_buyer_who_waits_in_vain_for_others_of_the_same_network_keeps_the_form(monkeypatch: pytest.MonkeyPatch) -> None:
    gateway_account()
    made, bob = sku(units=1), Shopper()
    form = bob.checkout(made)

    def taken(*_names: Any, **_patience: Any) -> None:
        raise StillHeld

    with monkeypatch.context() as crowd:
        crowd.setattr(limits, "serialize", taken)
        page = bob.send(form)
    assert (page.status, Order.objects.count()) == (200, 0)
    assert "Nothing was ordered; please send it once more." in page.text
    assert bob.send(page).status == 302
