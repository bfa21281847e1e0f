"""Between filling in and ordering something changes: nothing goes where its buyer did not just confirm."""

from typing import Any

import pytest
from django.urls import reverse

from shop.catalog.models import Sku
from shop.orders.models import Order, OrderLine
from shop.payments.models import GatewayAccount
from tests.factories import by_hand, gateway_account, sku
from tests.storefront.asking import QQ, ROLE, to, top_up
from tests.storefront.shopper import Seen, Shopper
from tests.storefront.test_recipients import COMPARE_FIRST, recipient, tick

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


@pytest.fixture(autouse=True)
def sandbox() -> GatewayAccount:
    return gateway_account()


def compared(bob: Shopper, form: Seen, goods: Sku, role: str) -> dict[str, str]:
    """What is sent once this role is filled in and ticked."""
    typed = to(goods, role=role)
    return typed | tick(bob.send(form, **typed), goods)


def test_a_form_that_comes_back_with_another_recipient_does_not_pay_for_the_first() -> None:
    goods, bob = top_up(), Shopper()
    form = bob.checkout(goods)
    first, second = (compared(bob, form, goods, role) for role in ("1082774365", "1082774366"))
    assert bob.send(form, **first).status == 302
    order = Order.objects.get()
    refused = bob.send(form, **second)
    assert refused.status == 200
    assert f"This form was sent before, and {order.shown_number} was ordered with it." in refused.text
    assert reverse("pay", args=[order.number]) in refused.html, "there it is paid, or left alone"
    assert "1082 7743 66" in refused.text, "nothing that was filled in is lost"
    assert recipient()[0]["value"] == "1082774365"
    assert bob.send(refused, **second).status == 302, "sent once more it is ordered as well"
    assert sorted(line.recipient[0]["value"] for line in OrderLine.objects.all()) == ["1082774365", "1082774366"]


def test_a_form_that_comes_back_with_another_quantity_does_not_pay_for_the_first() -> None:
    goods, bob = sku(units=9), Shopper()
    form = bob.checkout(goods)
    assert bob.send(form).status == 302
    assert "This form was sent before" in bob.send(form, quantity="3", seen=None).text
    assert [line.quantity for line in OrderLine.objects.all()] == [1]


def test_the_same_form_sent_twice_is_one_order() -> None:
    goods, bob = top_up(), Shopper()
    form = bob.checkout(goods)
    sent = compared(bob, form, goods, "１０８２ 774365")
    first, second = bob.send(form, **sent), bob.send(form, **sent)
    assert (first.status, second.status, first.location) == (302, 302, second.location)
    assert Order.objects.count() == 1


@pytest.mark.parametrize("now", [{"label": "Guild ID"}, {"type": "text", "params": {"longest": 20}}], ids=["name", "type"])
def test_what_the_merchant_made_another_field_is_compared_again(now: dict[str, Any]) -> None:
    goods, bob = top_up(ROLE), Shopper()
    form = bob.checkout(goods)
    sent = compared(bob, form, goods, "1082774365")
    Sku.objects.filter(pk=goods.pk).update(recipient_fields=[ROLE | now])
    assert COMPARE_FIRST in bob.send(form, **sent).text
    assert not Order.objects.exists()


def test_what_a_merchant_asks_no_more_is_not_lost_without_a_word() -> None:
    goods, bob = by_hand(recipient_fields=[QQ | {"required": True}]), Shopper()
    typed = to(goods, qq="10001")
    page = bob.send(bob.checkout(goods), **typed)
    sent = typed | tick(page, goods)
    Sku.objects.filter(pk=goods.pk).update(recipient_fields=[])
    told = bob.send(page, **sent)
    assert "asks for has changed or is not complete. Nothing was ordered" in told.text
    assert not Order.objects.exists()
    assert bob.send(told).status == 302


UNKNOWN = [[{"key": "x", "type": "gone", "label": "X"}], [ROLE, ROLE], [1], {"a": 1}, "text", 5]


@pytest.mark.parametrize("stored", UNKNOWN)
def test_fields_that_are_none_any_more_break_no_page(stored: Any) -> None:
    goods, other, bob = top_up(), sku(units=1), Shopper()
    form = bob.checkout(goods)
    Sku.objects.filter(pk=goods.pk).update(recipient_fields=stored)
    assert bob.get(reverse("listing", args=[goods.listing.slug])).status == 200
    assert bob.checkout(goods).status == 404
    assert bob.send(form, **to(goods, role="1082774365")).status == 404
    assert bob.post(reverse("checkout_recipient"), {"sku": goods.pk, "quantity": 1}).status == 200
    both = bob.get(reverse("checkout"), {"cart": f"{goods.pk}x1.{other.pk}x1"})
    assert "1 product is not on sale any more and was left out." in both.text
    assert bob.send(both).status == 302, "the rest is sold"
