"""The form says what is so before anything is sent, and answers at an address that can be opened again."""

import re
from html import escape, unescape

import pytest

from shop.payments.models import GatewayAccount
from tests.factories import gateway_account, member, sku
from tests.storefront.shopper import Shopper

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


@pytest.fixture(autouse=True)
def sandbox() -> GatewayAccount:
    return gateway_account()


def test_an_error_answers_at_an_address_that_can_be_opened_again() -> None:
    bob = Shopper(email="bob")
    form = bob.checkout(sku(units=3), 2)
    action = unescape(re.findall(r'<form id="order"[^>]* action="([^"]*)"', form.html)[0])
    page = bob.post(action, form.fields() | {"email": "bob"})
    assert "There is no @ in it" in page.text
    assert f'name="next" value="{escape(action)}"' in page.html, "for the other language"
    assert "× 2" in bob.get(action).text


def test_a_member_is_told_how_the_order_is_reached() -> None:
    alice = Shopper()
    alice.client.force_login(member("Alice"))
    assert "The order's page opens as soon as you have paid, for your account alone." in alice.checkout(sku(units=1)).text
