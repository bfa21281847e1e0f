"""GET skus/: what a merchant sells, and how much of it is left."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shop.catalog.models import Kind, Listing, Sku
from tests import factories as f
from tests.api.programs import program

pytestmark = pytest.mark.django_db

BUDGET = 12


def test_each_sku_with_price_mode_and_stock() -> None:
    seller = f.merchant()
    page = f.listing("Star Abyss", seller=seller)
    keys = f.sku(units=3, of=page)
    f.place_order(keys)
    hidden = f.by_hand(7, of=f.listing("Moon", seller=seller, published_at=None), kind=Kind.TOP_UP, price=1)
    full = f.sku(units=101, of=page, value="100", on_sale=False)
    answer = program(seller).get("skus/").json()
    assert (answer["next"], answer["previous"]) == (None, None)
    assert answer["results"][2] == {
        "id": keys.pk,
        "title": "Star Abyss",
        "face": "648 gems",
        "kind": "CARD_KEY",
        "mode": "AUTO",
        "price": 9800,
        "currency": "CNY",
        "on_sale": True,
        "sellable": 2,
        "sellable_is_at_least": False,
    }
    told = {row["id"]: (row["mode"], row["on_sale"], row["sellable"]) for row in answer["results"]}
    assert told[hidden.pk] == ("MANUAL", False, 7)
    assert told[full.pk] == ("AUTO", False, 100)
    assert answer["results"][0]["sellable_is_at_least"] is True


def grow(page: Listing, numbers: range) -> None:
    Sku.objects.bulk_create(Sku(listing=page, value=str(n), unit="gems", price=1000) for n in numbers)


def test_a_thousand_skus_cost_no_more_than_ten_and_come_in_pages() -> None:
    page = f.listing()
    caller = program(page.merchant)
    costs = []
    for numbers in (range(10), range(10, 1000)):
        grow(page, numbers)
        caller.get("skus/")
        with CaptureQueriesContext(connection) as queries:
            assert caller.get("skus/").status_code == 200
        costs.append(len(queries))
    assert costs[0] == costs[1] <= BUDGET
    seen, path = [], "skus/"
    while path:
        answer = caller.get(path).json()
        assert len(answer["results"]) == 50
        seen += [row["id"] for row in answer["results"]]
        path = (answer["next"] or "").partition("/api/v1/")[2]
    assert seen == sorted(seen, reverse=True)
    assert len(seen) == len(set(seen)) == 1000


@pytest.mark.parametrize(
    "cursor", ["x", "%00", "cD1hYmM=", "cD0tMQ==", "bz0tMQ==", "cD05OTk5OTk5OTk5OTk5OTk5OTk5OTk5", "🌍"]
)
def test_a_cursor_that_nobody_was_given_is_refused(cursor: str) -> None:
    answer = program(f.sku().listing.merchant).get("skus/", cursor=cursor)
    assert answer.status_code == 400
    assert (answer.json()["code"], answer.json()["field"]) == ("invalid", "cursor")
