"""The list of SKUs says what is left, and finds what is not."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kameng.accounts.roles import MerchantRole
from shop.catalog.models import Sku
from shop.inventory import queries
from tests import factories
from tests.admin.people import signed_in, staff

pytestmark = pytest.mark.django_db

LIST = "admin:catalog_sku_changelist"


@pytest.fixture
def full() -> Sku:
    return factories.sku(units=3)


@pytest.fixture
def empty(full: Sku) -> Sku:
    return factories.sku(of=full.listing, value="1")


@pytest.fixture
def client(full: Sku) -> Client:
    return signed_in(staff("Catalogue", full.listing.merchant, MerchantRole.CATALOGUE))


def left(client: Client, query: str = "") -> dict[int, str]:
    page = client.get(reverse(LIST) + query).context["cl"]
    return {sku.pk: page.model_admin.sellable(sku) for sku in page.result_list}


def test_it_says_how_many_can_be_sold_and_counts_no_further_than_enough(
    client: Client, full: Sku, empty: Sku, monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.place_order(full)
    assert left(client) == {full.pk: "2", empty.pk: "0"}
    for module in ("shop.inventory.queries", "shop.inventory.admin"):
        monkeypatch.setattr(f"{module}.ENOUGH", 2)
    assert queries.ENOUGH == 2
    assert left(client)[full.pk] == "2+"


def test_it_asks_the_same_number_of_questions_for_more_skus(client: Client, full: Sku, empty: Sku) -> None:
    client.get(reverse(LIST))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse(LIST))
    for number in range(5):
        factories.sku(of=full.listing, value=f"more {number}", units=1)
    with CaptureQueriesContext(connection) as many:
        client.get(reverse(LIST))
    assert len(many) == len(few)


def test_the_tile_of_the_first_page_opens_those_that_are_sold_out(client: Client, full: Sku, empty: Sku) -> None:
    factories.sku(of=full.listing, value="off", on_sale=False)
    cards = client.get(reverse("admin:index")).context["waiting"]
    card = next(card for card in cards if card["link"].startswith(reverse(LIST)))
    assert card["count"] == 1
    assert left(client, card["link"].removeprefix(reverse(LIST))) == {empty.pk: "0"}


def test_a_new_one_stands_behind_the_others(client: Client, full: Sku) -> None:
    Sku.objects.filter(pk=full.pk).update(position=4)
    listing = full.listing
    row = {"id": full.pk, "listing": listing.pk, "value": full.value, "unit": full.unit, "price": "98", "position": 4}
    new: list[dict[str, object]] = [{"value": value, "price": "5", "position": ""} for value in ("5", "6")]
    typed = {"category": listing.category_id, "title": listing.title, "brand": listing.brand, "glyph": listing.glyph}
    typed |= {"skus-TOTAL_FORMS": 3, "skus-INITIAL_FORMS": 1}
    typed |= {f"skus-{n}-{name}": value for n, each in enumerate([row, *new]) for name, value in each.items()}
    answer = client.post(reverse("admin:catalog_listing_change", args=[listing.pk]), typed)
    assert answer.status_code == 302, answer.content.decode()
    assert list(listing.skus.order_by("position").values_list("value", "position")) == [("648", 4), ("5", 5), ("6", 6)]


def test_the_form_of_a_new_one_proposes_no_place(client: Client) -> None:
    page = client.get(reverse("admin:catalog_sku_add")).content.decode()
    assert "留空：排在最后。" in page
