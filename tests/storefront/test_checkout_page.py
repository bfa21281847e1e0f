"""The form says what is so before anything is sent, and answers at an address that can be opened again."""

import re
from html import escape, unescape

import pytest

from shop.ledger.models import Account, AccountKind
from shop.payments.models import GatewayAccount
from tests.factories import buyer, gateway_account, member, place_order, sku
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


def test_before_anything_is_sent_nobody_was_faster() -> None:
    bob, few, none = Shopper(), sku(units=2), sku(units=0)
    seen = bob.checkout(few, 3).text
    assert "Only 2 pieces are left." in seen
    assert "Take 2, pay" in seen
    gone = bob.checkout(none).text
    assert "It is sold out at the moment." in gone
    assert "Others were faster" not in seen + gone


def test_once_it_is_sent_others_were_faster() -> None:
    bob, made = Shopper(), sku(units=1)
    form = bob.checkout(made)
    place_order(made, by=buyer("Eve"))
    assert "It is sold out. Others were faster; nothing was ordered." in bob.send(form).text


def test_more_than_one_order_takes_becomes_what_it_takes_and_says_so() -> None:
    made, bob = sku(units=9, max_quantity=5), Shopper()
    assert "One order can take 5 pieces now; the quantity was set to that." in bob.checkout(made, 9999).text
    assert "was set to that" not in bob.checkout(made, 5).text


@pytest.mark.parametrize(("balance", "first"), [(9_800, True), (9_799, False)])
def test_a_wallet_that_covers_it_all_is_chosen_first(sandbox: GatewayAccount, balance: int, first: bool) -> None:
    user, alice = member("Alice"), Shopper()
    Account.objects.create(owner=user.holder, kind=AccountKind.WALLET, currency="CNY", balance=balance)
    alice.client.force_login(user)
    form = alice.checkout(sku(units=1))
    assert form.fields()["method"] == ("wallet" if first else sandbox.public_id)
    again = alice.send(form, method=sandbox.public_id, nonce="")
    assert again.fields()["method"] == sandbox.public_id, "what was chosen stays"
