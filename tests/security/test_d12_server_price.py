"""D12: what is bought and what it costs is read on the server when the order is placed."""

from typing import Any

import pytest

from shop.catalog.models import PriceTier
from shop.orders.models import Order
from shop.payments.models import Payment
from tests.factories import gateway_account, listing, sku
from tests.storefront.shopper import Shopper

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def sandbox() -> None:
    gateway_account()


@pytest.mark.parametrize(
    "extra",
    [
        {"price": "1"},
        {"unit_price": "1", "total": "1", "amount": "0.01"},
        {"total": "-1"},
        {"currency": "JPY"},
        {"status": "PAID", "paid_at": "2026-01-01", "user": "1", "wallet_share": "9800", "commission_bps": "0"},
        {"discount": "9799", "coupon": "FREE"},
    ],
)
def test_a_price_in_the_form_is_not_read(extra: dict[str, Any]) -> None:
    eve = Shopper()
    order = eve.order(sku(units=3), **extra)
    assert (order.total, order.currency, order.status, order.wallet_share) == (9800, "CNY", "PENDING", 0)
    assert Payment.objects.get().amount == 9800
    assert order.lines.get().unit_price == 9800


@pytest.mark.parametrize("seen", ["1", "0", "979999999999999", "９８"])
def test_claiming_to_have_seen_another_price_orders_nothing(seen: str) -> None:
    eve = Shopper()
    page = eve.send(eve.checkout(sku(units=3)), seen=seen)
    assert "The price changed" in page.text
    assert not Order.objects.exists()


@pytest.mark.parametrize("quantity", ["0", "-1", "1.5", "1e3", "abc", "", "NaN", "9" * 30, "101", None])
def test_a_quantity_that_cannot_be_sold_is_refused(quantity: str | None) -> None:
    eve = Shopper()
    page = eve.send(eve.checkout(sku(units=200)), quantity=quantity, seen=None)
    assert page.status == 200
    assert "is sold from 1 to 100 at a time" in page.text
    assert not Order.objects.exists()


@pytest.mark.parametrize("change", [{"sku": "0"}, {"sku": "abc"}, {"sku": "9" * 40}, {"sku": None}])
def test_a_sku_that_does_not_exist_is_not_there(change: dict[str, Any]) -> None:
    eve = Shopper()
    assert eve.send(eve.checkout(sku(units=3)), **change).status == 404
    assert not Order.objects.exists()


@pytest.mark.parametrize("hidden", [{"on_sale": False}, {"of_draft": True}])
def test_what_is_not_on_sale_cannot_be_ordered_by_its_key(hidden: dict[str, bool]) -> None:
    secret = sku(units=3, of=listing("Draft", published_at=None)) if "of_draft" in hidden else sku(units=3, on_sale=False)
    eve = Shopper()
    assert eve.send(eve.checkout(sku(units=3, of=listing("Other"))), sku=str(secret.pk)).status == 404
    assert not Order.objects.exists()


def test_another_sku_costs_its_own_price() -> None:
    cheap, dear = sku(units=3, price=100), sku(units=3, price=100_000, of=listing("Dear"))
    eve = Shopper()
    page = eve.send(eve.checkout(cheap), sku=str(dear.pk))
    assert "from ¥1.00 to ¥1,000.00" in page.text
    order = eve.order(cheap, sku=str(dear.pk), seen=None)
    assert order.total == 100_000


def test_the_tier_is_that_of_the_quantity_ordered() -> None:
    made = sku(units=30)
    PriceTier.objects.create(sku=made, from_quantity=20, unit_price=5000)
    made.unpaid_limit = 100
    made.save()
    eve = Shopper()
    assert eve.order(made, quantity=20).total == 100_000
    assert eve.order(made, quantity=2).total == 19_600
