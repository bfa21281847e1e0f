"""F5: an address is folded to one form; what cannot be seen, or only looks alike, is refused and named."""

import pytest

from shop.orders.models import Order
from tests.factories import gateway_account, sku
from tests.storefront.shopper import Shopper

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def sandbox() -> None:
    gateway_account()


@pytest.mark.parametrize(
    ("hidden", "code"),
    [("\u200b", "200B"), ("\u202e", "202E"), ("\u2066", "2066"), ("\ufeff", "FEFF"), ("\u00ad", "00AD"), ("\x07", "0007")],
)
def test_an_invisible_character_is_refused_by_its_number(hidden: str, code: str) -> None:
    eve = Shopper(email=f"bob{hidden}@example.com")
    page = eve.send(eve.checkout(sku(units=1)))
    assert f"invisible character (U+{code})" in page.text
    assert not Order.objects.exists()


@pytest.mark.parametrize("typed", ["b\u043eb@example.com", "\u0440aypal@example.com", "alph\u03b1@example.com"])
def test_letters_that_only_look_alike_are_refused(typed: str) -> None:
    eve = Shopper(email=typed)
    page = eve.send(eve.checkout(sku(units=1)))
    assert "are mixed in it" in page.text
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    "typed", ["ｂｏｂ１２@example.com", "bob12＠example.com", "  bob12@example.com\t", "bob12@ｅｘａｍｐｌｅ.com"]
)
def test_widths_and_outer_spaces_are_folded_and_the_stored_form_is_shown(typed: str) -> None:
    eve = Shopper(email=typed)
    order = eve.order(sku(units=1))
    assert order.email == "bob12@example.com"
    assert "bob12@example.com" in eve.get(f"/o/{order.number}/pay/").text


@pytest.mark.parametrize("typed", ["bob@example.com\nBcc: eve@example.com", "bob@example.com\r\nX: y", "bob@example.com\0"])
def test_an_address_is_one_line(typed: str) -> None:
    eve = Shopper(email=typed)
    assert eve.send(eve.checkout(sku(units=1))).status == 200
    assert not Order.objects.exists()


def test_markup_in_an_address_comes_back_as_text() -> None:
    eve = Shopper(email='"><script>alert(1)</script>@x')
    page = eve.send(eve.checkout(sku(units=1)))
    assert "<script>alert" not in page.html
    assert page.fields()["email"] == eve.email
