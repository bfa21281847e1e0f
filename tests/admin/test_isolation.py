"""Two merchants in one admin: neither sees, counts, names or changes what is the other's."""

import re

import pytest
from django.contrib import admin
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from kameng.accounts.roles import MerchantRole
from shop.catalog.models import Listing, Sku
from shop.inventory.intake import import_batch
from shop.inventory.models import Batch
from shop.merchants.models import Member, Merchant
from tests import factories
from tests.admin.people import signed_in, staff
from tests.factories import NOON

pytestmark = pytest.mark.django_db

MARK = "Nightjar"
OWN = (
    *("catalog_listing", "catalog_sku", "inventory_batch", "inventory_stockunit", "orders_order", "orders_orderline"),
    *("delivery_fulfillment", "delivery_shipment", "merchants_merchant", "merchants_apikey"),
    "ledger_account",
)


def shop_of(name: str) -> Sku:
    seller = factories.merchant(f"{name} Shop")
    sku = factories.sku(units=[f"{name}-CODE-{n}" for n in range(3)], of=factories.listing(f"{name} Game", seller=seller))
    import_batch(sku=sku, secrets=[f"{name}-MORE"], source=f"{name}.txt", user=None, now=NOON)
    return sku


@pytest.fixture
def ours() -> Sku:
    return shop_of("Ours")


@pytest.fixture
def theirs() -> Sku:
    return shop_of(MARK)


@pytest.fixture
def client(ours: Sku, theirs: Sku) -> Client:
    """The owner of one shop, after somebody bought from both."""
    factories.pay_order(factories.place_order(theirs, by=factories.buyer(MARK)))
    factories.pay_order(factories.place_order(ours, by=factories.buyer("Bob")))
    factories.pay_order(factories.place_order(ours, theirs, by=factories.buyer("Both")))
    factories.deliver_all()
    return signed_in(staff("Owner", ours.listing.merchant))


# The page repeats what was asked, so the question is a part of the mark only.
QUERIES = ("", f"?q={MARK[1:]}", "?_facets=True", "?all=", "?o=-1.2")
LEAKS = (
    "?merchant__name__startswith=N",
    "?listing__merchant__members__user__password__startswith=p",
    "?secret__fingerprint__startswith=a",
    "?order__token__startswith=a",
    "?token__startswith=a",
    "?holder__startswith=m",
)


def test_lists_hold_own_rows_only(client: Client) -> None:
    for address in (reverse(f"admin:{page}_changelist") + query for page in OWN for query in QUERIES):
        response = client.get(address)
        assert response.status_code in (200, 302), address
        assert MARK not in response.content.decode(), address


def test_an_address_cannot_ask_about_other_columns(client: Client) -> None:
    for address in (reverse(f"admin:{page}_changelist") + leak for page in OWN for leak in LEAKS):
        assert client.get(address).status_code == 400, address


def test_filters_offer_own_merchants_only(client: Client, theirs: Sku) -> None:
    page = client.get(reverse("admin:catalog_listing_changelist")).content.decode()
    assert f"merchant__id__exact={theirs.listing.merchant_id}" not in page


def rows_of(theirs: Sku) -> list[Model]:
    line = theirs.lines.order_by("pk")[0]
    unit = theirs.units.order_by("pk")[0]
    return [theirs, theirs.listing, theirs.listing.merchant, theirs.batches.order_by("pk")[0], unit, line, line.order]


def test_pages_of_their_rows_do_not_exist(client: Client, theirs: Sku) -> None:
    for row in rows_of(theirs):
        meta = row._meta
        for view in ("change", "history", "delete"):
            address = reverse(f"admin:{meta.app_label}_{meta.model_name}_{view}", args=[row.pk])
            assert client.get(address).status_code in (302, 403, 404), address
            answer = client.post(address, {"title": "hacked", "post": "yes"})
            assert answer.status_code in (302, 403, 404), address
            assert MARK not in answer.content.decode()
    theirs.listing.refresh_from_db()
    assert theirs.listing.title == f"{MARK} Game"


def test_their_batch_is_not_withdrawn(client: Client, theirs: Sku) -> None:
    batch = Batch.objects.get(sku=theirs, source=f"{MARK}.txt")
    answer = client.post(f"/admin/inventory/batch/{batch.pk}/withdraw/", {"number": str(batch.pk)})
    assert answer.status_code in (403, 404)
    batch.refresh_from_db()
    assert batch.withdrawn_at is None


def test_choices_are_own_rows(client: Client, ours: Sku, theirs: Sku) -> None:
    for address in (reverse("admin:catalog_listing_add"), reverse("admin:catalog_sku_add"), "/admin/inventory/batch/add/"):
        page = client.get(address)
        assert page.status_code == 200
        assert MARK not in page.content.decode()
        assert "Ours" in page.content.decode()


def test_a_crafted_choice_is_refused(client: Client, ours: Sku, theirs: Sku) -> None:
    typed = {
        "merchant": theirs.listing.merchant_id,
        "category": ours.listing.category_id,
        "title": "Stolen",
        "brand": "Stolen",
        "glyph": "S",
        "skus-TOTAL_FORMS": 0,
        "skus-INITIAL_FORMS": 0,
    }
    assert client.post(reverse("admin:catalog_listing_add"), typed).status_code == 200
    assert not Listing.objects.filter(title="Stolen").exists()
    answer = client.post("/admin/inventory/batch/add/", {"sku": theirs.pk, "text": "X", "confirm": "1"})
    assert answer.status_code == 200
    assert Batch.objects.filter(sku=theirs).count() == 2


def test_another_rows_inline_is_not_reached_by_its_key(client: Client, ours: Sku, theirs: Sku) -> None:
    listing = ours.listing
    typed = {
        "category": listing.category_id,
        "title": listing.title,
        "brand": listing.brand,
        "glyph": listing.glyph,
        "skus-TOTAL_FORMS": 1,
        "skus-INITIAL_FORMS": 1,
        "skus-0-id": theirs.pk,
        "skus-0-listing": listing.pk,
        "skus-0-value": "1",
        "skus-0-price": "0.01",
        "skus-0-position": "0",
    }
    client.post(reverse("admin:catalog_listing_change", args=[listing.pk]), typed)
    theirs.refresh_from_db()
    assert theirs.price == 9800


def test_fields_that_are_not_offered_are_not_taken(client: Client, ours: Sku, theirs: Sku) -> None:
    typed = {
        **{name: getattr(ours, name) for name in ("value", "unit", "kind", "mode", "position", "max_quantity")},
        **{name: getattr(ours, name) for name in ("promise_seconds", "refund_seconds", "complaint_seconds")},
        "price": "12.30",
        "on_sale": "on",
        "listing": theirs.listing_id,
        "uses": 5,
        "tiers-TOTAL_FORMS": 0,
        "tiers-INITIAL_FORMS": 0,
    }
    answer = client.post(reverse("admin:catalog_sku_change", args=[ours.pk]), typed)
    assert answer.status_code == 302, answer.content.decode()
    ours.refresh_from_db()
    assert (ours.price, ours.listing.merchant.name, ours.uses) == (1230, "Ours Shop", 1)


def test_an_order_of_both_shows_each_its_own_line_and_no_more_of_the_buyer(client: Client, ours: Sku) -> None:
    order = next(line.order for line in ours.lines.select_related("order") if line.order.lines.count() == 2)
    page = client.get(reverse("admin:orders_order_change", args=[order.pk])).content.decode()
    assert "Ours Game" in page
    assert MARK not in page
    assert order.email not in page
    assert "b•••@example.com" in page
    assert "98.00" in page
    assert "196.00" not in page
    assert order.token not in page


def test_a_role_at_one_merchant_gives_nothing_at_another(ours: Sku, theirs: Sku) -> None:
    person = staff("Both", ours.listing.merchant)
    Member.objects.create(merchant=theirs.listing.merchant, user=person, role=MerchantRole.ORDERS)
    client = signed_in(person)
    assert client.get(reverse("admin:catalog_sku_change", args=[theirs.pk])).status_code == 200
    assert client.post(reverse("admin:catalog_sku_change", args=[theirs.pk]), {"price": "0.01"}).status_code == 403
    page = client.get("/admin/inventory/batch/add/").content.decode()
    assert re.findall(r'<option value="(\d+)"', page) == [str(ours.pk)]


def test_a_role_that_is_taken_away_is_gone_at_the_next_request(ours: Sku) -> None:
    person = staff("Leaver", ours.listing.merchant, MerchantRole.CATALOGUE)
    client = signed_in(person)
    address = reverse("admin:catalog_sku_changelist")
    assert client.get(address).status_code == 200
    person.memberships.all().delete()
    assert client.get(address).status_code == 403


def test_the_log_on_the_first_page_is_ones_own(client: Client, ours: Sku, theirs: Sku) -> None:
    other = signed_in(staff("Rival", theirs.listing.merchant))
    other.post(reverse("admin:catalog_category_add"), {})
    assert MARK not in client.get(reverse("admin:index")).content.decode()


def test_nobody_may_look_a_row_up_by_type_and_key(client: Client, theirs: Sku) -> None:
    from django.contrib.contenttypes.models import ContentType

    kind = ContentType.objects.get_for_model(Sku)
    assert client.get(f"/admin/r/{kind.pk}/{theirs.pk}/").status_code == 404


def test_autocomplete_answers_for_nothing(client: Client) -> None:
    query = {"app_label": "catalog", "model_name": "sku", "field_name": "listing", "term": MARK}
    answer = client.get("/admin/autocomplete/", query)
    assert answer.status_code in (403, 404) or MARK not in answer.content.decode()


def test_every_page_says_whose_its_rows_are() -> None:
    from kameng.lib.admin import HouseAdmin

    assert reverse("admin:index")
    for model, page in admin.site._registry.items():
        assert isinstance(page, HouseAdmin), model
        told = page.fields or page.fieldsets or type(page).get_fields is not HouseAdmin.get_fields
        assert told, f"{model} would show every column"


def test_the_merchant_of_a_row_is_a_merchant(ours: Sku, theirs: Sku) -> None:
    only = frozenset([ours.listing.merchant_id])
    assert reverse("admin:index")
    page = admin.site._registry[Merchant]
    assert list(page.within(Merchant.objects.all(), only)) == [ours.listing.merchant]  # type: ignore[attr-defined]
