"""Goods without secrets: how they may be delivered, and how many of them there are."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from kameng.accounts.roles import MerchantRole
from shop.catalog.models import Kind, Mode, Sku
from shop.inventory.models import Capacity
from tests import factories as f
from tests.admin.people import signed_in, staff

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def sku() -> Sku:
    return f.by_hand(5, kind=Kind.TOP_UP)


@pytest.fixture
def client(sku: Sku) -> Client:
    browser = signed_in(staff("Cat", sku.listing.merchant, MerchantRole.CATALOGUE))
    browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return browser


def pieces(sku: Sku) -> str:
    return f"/admin/catalog/sku/{sku.pk}/pieces/"


def test_pieces_are_put_on_the_shelf_and_taken_off(client: Client, sku: Sku) -> None:
    assert "5 pieces can be sold now." in client.get(pieces(sku)).content.decode()
    client.post(pieces(sku), {"pieces": "20", "reason": "new quota"})
    client.post(pieces(sku), {"pieces": "-3"})
    assert Capacity.objects.get(sku=sku).free == 22
    page = client.get(pieces(sku)).content.decode()
    for said in ("+20", "-3", "new quota", "Cat"):
        assert said in page


@pytest.mark.parametrize(
    ("typed", "said"), [("0", "Nothing would change."), ("-6", "There are 5 pieces"), ("x", "whole number")]
)
def test_what_cannot_be_is_said(client: Client, sku: Sku, typed: str, said: str) -> None:
    assert said in client.post(pieces(sku), {"pieces": typed}).content.decode()
    assert Capacity.objects.get(sku=sku).free == 5


def test_who_may_not_gets_no_page(client: Client, sku: Sku) -> None:
    orders = signed_in(staff("Ord", sku.listing.merchant, MerchantRole.ORDERS))
    assert orders.post(pieces(sku), {"pieces": "5"}).status_code == 403
    theirs = f.by_hand(of=f.listing("Moon", seller=f.merchant("Lotus")))
    assert client.post(pieces(theirs), {"pieces": "5"}).status_code in (403, 404)
    assert Capacity.objects.get(sku=theirs).free == 10


def test_secrets_have_no_pieces_and_pieces_no_secrets(client: Client, sku: Sku) -> None:
    keys = f.sku(units=1, value="9")
    assert client.get(pieces(keys)).status_code in (403, 404)
    page = client.get(reverse("admin:inventory_batch_add")).content.decode()
    assert f'<option value="{keys.pk}"' in page
    assert f'<option value="{sku.pk}"' not in page


def test_a_kind_that_cannot_be_delivered_so_is_refused_in_words(client: Client, sku: Sku) -> None:
    fresh = Sku.objects.create(listing=sku.listing, value="77", price=100)
    address = reverse("admin:catalog_sku_change", args=[fresh.pk])
    form = client.get(address).context["adminform"].form
    typed = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    management = {"tiers-TOTAL_FORMS": "0", "tiers-INITIAL_FORMS": "0"}
    told = {**typed, **management, "price": "1.00", "kind": Kind.TOP_UP, "mode": Mode.AUTO}
    assert "A Top-up is delivered so: By hand." in client.post(address, told).content.decode()
    fresh.refresh_from_db()
    assert fresh.kind == Kind.CARD_KEY


def test_what_was_sold_under_a_rule_keeps_it(client: Client, sku: Sku) -> None:
    f.pay_order(f.place_order(sku))
    address = reverse("admin:catalog_sku_change", args=[sku.pk])
    assert not {"kind", "mode", "uses"} & set(client.get(address).context["adminform"].form.fields)
