"""Every page of the admin opens for those whom the table of roles names, and for nobody else."""

from typing import Any

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from fulfillment.delivery.models import HandDelivery, Shipment
from kameng.accounts.roles import MerchantRole, PlatformRole, granted
from tests import factories
from tests.admin.people import platform, signed_in, staff

pytestmark = pytest.mark.django_db

#: What this shop has pages for; a model that appears here by itself was not thought about.
REGISTERED = [
    *("accounts.user", "approvals.approval", "audit.entry", "catalog.category", "catalog.listing", "catalog.sku"),
    *("delivery.fulfillment", "delivery.handdelivery", "delivery.shipment"),
    *("inventory.batch", "inventory.stockunit", "ledger.account", "ledger.journal", "merchants.apikey"),
    *("merchants.merchant", "notices.alarm"),
    *("orders.order", "orders.orderline", "payments.gatewayaccount", "payments.notice", "payments.payment"),
    *("payments.refund", "payments.refusednotice", "tasks.failingrow"),
]


def listing_of(label: str) -> str:
    return reverse(f"admin:{label.replace('.', '_')}_changelist")


def test_nothing_else_has_a_page() -> None:
    # The addresses bring the desk's pages with them.
    assert reverse("admin:index") == "/admin/"
    assert sorted(model._meta.label_lower for model in admin.site._registry) == REGISTERED


@pytest.mark.parametrize("role", [*MerchantRole, *(f"PLATFORM_{role}" for role in PlatformRole)])
def test_lists_open_for_the_roles_that_may_see_them(role: str) -> None:
    if role.startswith("PLATFORM_"):
        person = platform(role.removeprefix("PLATFORM_"))
    else:
        person = staff("Staff", factories.merchant(), role)
    client = signed_in(person)
    seen = {label: client.get(listing_of(label)).status_code for label in REGISTERED}
    assert seen == {label: 200 if granted({role}, label, "view") else 403 for label in REGISTERED}


def test_staff_without_a_role_see_nothing() -> None:
    client = signed_in(factories.member("Nobody", is_staff=True))
    page = client.get(reverse("admin:index"))
    assert page.status_code == 200
    for label in REGISTERED:
        assert client.get(listing_of(label)).status_code == 403
        assert listing_of(label) not in page.content.decode()


def test_a_superuser_without_a_role_sees_nothing() -> None:
    client = signed_in(factories.member("Root", is_staff=True, is_superuser=True))
    assert {client.get(listing_of(label)).status_code for label in REGISTERED} == {403}


def test_a_buyer_does_not_get_in() -> None:
    response = signed_in(factories.member("Buyer")).get(reverse("admin:index"))
    assert response.status_code == 302


@pytest.mark.parametrize("role", [*MerchantRole])
def test_the_side_bar_names_what_may_be_opened(role: str) -> None:
    page = signed_in(staff("Staff", factories.merchant(), role)).get(reverse("admin:index")).content.decode()
    for label in REGISTERED:
        assert (f'href="{listing_of(label)}"' in page) == granted({role}, label, "view"), label


def test_the_house_has_its_own_name_and_language() -> None:
    page = signed_in(platform()).get(reverse("admin:index")).content.decode()
    assert "卡盟" in page
    assert 'lang="zh-hans"' in page


@pytest.fixture
def filled() -> Client:
    """A shop in which something happened, seen by its operator."""
    for name in ("Alice", "Bob"):
        factories.delivered_order(by=factories.buyer(name))
    for what in (factories.by_hand(), factories.card_to_ship()):
        factories.pay_order(factories.place_order(what))
    factories.verify_all()
    factories.place_order()
    return signed_in(platform())


def model_of(label: str) -> Any:
    return next(model for model in admin.site._registry if model._meta.label_lower == label)


def test_a_list_takes_at_most_twelve_queries(filled: Client) -> None:
    # Keys are their owners' alone, see test_api_keys.
    for label in (label for label in REGISTERED if label != "merchants.apikey"):
        filled.get(listing_of(label))
        with CaptureQueriesContext(connection) as queries:
            assert filled.get(listing_of(label)).status_code == 200
        assert len(queries) <= 12, (label, [query["sql"] for query in queries])


def listed(model: Any) -> Any:
    """The rows that its page lists for the platform."""
    request = type("Request", (), {"user": platform()})()
    return admin.site._registry[model].get_queryset(request)


def test_every_row_has_a_page_and_none_is_deleted(filled: Client) -> None:
    for label in REGISTERED:
        model = model_of(label)
        for row in listed(model).order_by("pk")[:2]:
            address = reverse(f"admin:{label.replace('.', '_')}_change", args=[row.pk])
            assert filled.get(address).status_code == 200, address
            assert filled.post(address.replace("/change/", "/delete/"), {"post": "yes"}).status_code == 403, address
            assert model._default_manager.filter(pk=row.pk).exists()


def test_no_status_is_in_a_form() -> None:
    for model, page in admin.site._registry.items():
        if any(field.name == "status" for field in model._meta.get_fields()):
            request = type("Request", (), {"user": platform()})()
            # Of these two each button is a verb; their pages have no form of the row.
            assert model in (HandDelivery, Shipment) or not page.has_change_permission(request)
            assert not page.has_add_permission(request)
