"""Goods that must go somewhere are sold only when they ask where; making one stays easy."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from kameng.accounts.roles import MerchantRole
from shop.catalog.forms import SkuForm
from shop.catalog.models import Kind, Listing, Mode, Sku
from tests import factories as f
from tests.admin.composer import Composer, read
from tests.admin.people import signed_in, staff
from tests.storefront.asking import QQ, ROLE

pytestmark = pytest.mark.django_db

ADDRESS = {"key": "home", "type": "address", "label": "Address"}
FIELD_FIRST = "A top-up goes to somebody's account: its buyers have to fill in one field at least, such as a role id."
ADDRESS_FIRST = "A physical card goes by courier: its buyers have to fill in a postal address."


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def listing() -> Listing:
    return f.listing()


@pytest.fixture
def client(listing: Listing) -> Client:
    browser = signed_in(staff("Cat", listing.merchant, MerchantRole.CATALOGUE))
    browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return browser


def told(sku: Sku, **changes: Any) -> dict[str, Any]:
    """The form of a SKU as a browser sends it; a change to None leaves an input out."""
    names = ("value", "unit", "kind", "mode", "position", "promise_seconds", "refund_seconds", "complaint_seconds")
    same = {name: getattr(sku, name) for name in (*names, "uses", "max_quantity")}
    management = {"tiers-TOTAL_FORMS": 0, "tiers-INITIAL_FORMS": 0}
    sent = {**same, **management, "listing": sku.listing_id, "price": "98.00", "on_sale": "on" if sku.on_sale else None}
    return {name: value for name, value in {**sent, **changes}.items() if value is not None}


@pytest.mark.parametrize(
    ("kind", "mode", "why"),
    [(Kind.TOP_UP, Mode.MANUAL, FIELD_FIRST), (Kind.PHYSICAL, Mode.SHIPMENT, ADDRESS_FIRST)],
)
def test_a_new_one_is_made_off_sale_and_leads_to_its_fields(
    client: Client, listing: Listing, kind: str, mode: str, why: str
) -> None:
    new = Sku(listing=listing, value="30", kind=kind, mode=mode, on_sale=True)
    page = client.post(reverse("admin:catalog_sku_add"), told(new), follow=True).content.decode()
    made = Sku.objects.get()
    assert not made.on_sale
    assert f"It is not on sale yet. {why}" in read(page)
    assert f'href="{reverse("admin:catalog_sku_asks", args=[made.pk])}"' in page


def test_a_new_card_key_is_on_sale_at_once(client: Client, listing: Listing) -> None:
    client.post(reverse("admin:catalog_sku_add"), told(Sku(listing=listing, value="30", on_sale=True)))
    assert Sku.objects.get().on_sale


@pytest.mark.parametrize(
    ("kind", "mode", "fields", "why"),
    [
        (Kind.TOP_UP, Mode.MANUAL, [], FIELD_FIRST),
        (Kind.TOP_UP, Mode.MANUAL, [QQ], FIELD_FIRST),
        (Kind.PHYSICAL, Mode.SHIPMENT, [ROLE], ADDRESS_FIRST),
        (Kind.PHYSICAL, Mode.SHIPMENT, [ADDRESS | {"required": False}], ADDRESS_FIRST),
        (Kind.TOP_UP, Mode.MANUAL, [{"type": "gone"}], FIELD_FIRST),
    ],
)
def test_one_that_asks_too_little_is_not_put_on_sale(
    client: Client, listing: Listing, kind: str, mode: str, fields: list[Any], why: str
) -> None:
    sku = f.sku(of=listing, kind=kind, mode=mode, recipient_fields=fields, on_sale=False)
    address = reverse("admin:catalog_sku_change", args=[sku.pk])
    page = client.post(address, told(sku, on_sale="on"))
    assert f"{why} Say first what buyers fill in, then put it on sale." in read(page.content.decode())
    assert client.post(address, told(sku)).status_code == 302
    assert not Sku.objects.get().on_sale


@pytest.mark.parametrize(
    ("kind", "mode", "fields"),
    [
        (Kind.TOP_UP, Mode.MANUAL, [QQ, ROLE]),
        (Kind.PHYSICAL, Mode.SHIPMENT, [ADDRESS]),
        (Kind.CARD_KEY, Mode.AUTO, []),
        (Kind.CARD_KEY, Mode.AUTO, [ROLE]),
    ],
)
def test_one_that_asks_enough_is(client: Client, listing: Listing, kind: str, mode: str, fields: list[Any]) -> None:
    sku = f.sku(of=listing, kind=kind, mode=mode, recipient_fields=fields, on_sale=False)
    assert client.post(reverse("admin:catalog_sku_change", args=[sku.pk]), told(sku, on_sale="on")).status_code == 302
    made = Sku.objects.get()
    assert (made.on_sale, made.recipient_fields) == (True, fields)


def test_a_card_key_on_sale_does_not_become_a_top_up_that_asks_nothing(client: Client, listing: Listing) -> None:
    sku = f.sku(of=listing)
    changes = {"kind": Kind.TOP_UP, "mode": Mode.MANUAL}
    page = client.post(reverse("admin:catalog_sku_change", args=[sku.pk]), told(sku, **changes)).content.decode()
    assert FIELD_FIRST in read(page)
    assert Sku.objects.get().kind == Kind.CARD_KEY


def test_the_last_field_is_not_taken_from_a_top_up_on_sale(client: Client, listing: Listing) -> None:
    sku = f.by_hand(of=listing, kind=Kind.TOP_UP, recipient_fields=[ROLE])
    page = Composer(client, sku).open().press("remove", 1).press("save")
    assert f"{FIELD_FIRST} To take it away, take the SKU off sale first." in page.text
    assert page.stored == [ROLE]
    Sku.objects.update(on_sale=False)
    assert page.press("save").stored == []


def test_goods_from_stock_may_ask_too(client: Client, listing: Listing) -> None:
    sku = f.sku(units=1, of=listing)
    assert [each["type"] for each in Composer(client, sku).open().add("qq").press("save").stored] == ["qq"]


def test_saving_the_sku_leaves_fields_that_somebody_changed_meanwhile(client: Client, listing: Listing) -> None:
    """The page of the SKU was read before, and knows nothing of them."""
    sku = f.sku(of=listing)
    stale = SkuForm(told(sku, value="31"), instance=Sku.objects.get())
    Sku.objects.update(recipient_fields=[ROLE])
    assert stale.is_valid()
    stale.save()
    made = Sku.objects.get()
    assert (made.value, made.recipient_fields) == ("31", [ROLE])
