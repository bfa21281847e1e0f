"""Shelves: a category, a search, a merchant's shop; filters count what they would leave, and the address says it all."""

import datetime as dt
import re

import pytest

from kameng.lib import clock
from shop.catalog.models import Kind, Mode, Sku
from shop.catalog.stats import Figures, write_stats
from tests import factories as f
from tests.factories import NOON, category, listing, merchant, sku
from tests.storefront.shopper import Seen, Shopper

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


def titles(page: Seen) -> list[str]:
    """Products on the page, in its order."""
    return re.findall(r"<h3[^>]*>([^<]+)</h3>", page.html)


def counts(page: Seen, facet: str) -> dict[str, int]:
    """The boxes of a facet: value → number beside it."""
    box = rf'name="{facet}" value="([^"]+)"[^>]*>(?:<span[^>]*>)?([^<]*)(?:</span>)?<span[^>]*>(?:, )?'
    found = re.findall(box + r"(\d+)</span>", page.html)
    return {value: int(n) for value, _label, n in found}


def product(title: str, *, units: int = 9, **fields: object) -> Sku:
    shelf = {key: fields.pop(key) for key in ("region", "seller", "category") if key in fields}
    return sku(units=units, of=listing(title, **shelf), **fields)  # type: ignore[arg-type]


def measured(made: Sku, *, median: int | None = None, delivered: int = 0, on_time: int = 0) -> None:
    figures = Figures(delivered, on_time, 0, None if median is None else median * 1000, None)
    write_stats(sku_id=made.pk, figures=figures, now=NOON)


def test_a_filter_leaves_what_fits_and_says_how_many_each_box_would_leave() -> None:
    product("Star", region="CN")
    product("Moon", region="CN", units=0)
    product("Sun", region="US")
    page = Shopper().get("/search/", {"region": "CN"})
    assert sorted(titles(page)) == ["Moon", "Star"]
    assert counts(page, "region") == {"CN": 2, "US": 1}
    page = Shopper().get("/search/", {"region": "CN", "stock": "1"})
    assert titles(page) == ["Star"]
    assert counts(page, "region") == {"CN": 1, "US": 1}


def test_boxes_of_one_facet_add_up_and_facets_narrow_each_other() -> None:
    product("Star", region="CN", value="60")
    product("Moon", region="US", value="60")
    product("Sun", region="US", value="648")
    shopper = Shopper()
    assert sorted(titles(shopper.get("/search/", {"region": ["CN", "US"]}))) == ["Moon", "Star", "Sun"]
    page = shopper.get("/search/", {"region": ["CN", "US"], "value": "60 gems"})
    assert sorted(titles(page)) == ["Moon", "Star"]
    assert counts(page, "value") == {"60 gems": 2, "648 gems": 1}


def test_price_delivery_and_time_are_looked_at_sku_by_sku() -> None:
    star = listing("Star")
    cheap, dear = sku(units=9, of=star, value="60", price=600), sku(units=9, of=star, value="648", price=6000)
    measured(cheap, median=2000)
    measured(dear, median=30)
    shopper = Shopper()
    page = shopper.get("/search/", {"min": "50"})
    assert titles(page) == ["Star"]
    assert f"?sku={dear.pk}" in page.html
    assert "¥60.00" in page.text
    assert titles(shopper.get("/search/", {"max": "10", "within": "600"})) == []
    assert titles(shopper.get("/search/", {"max": "10", "within": "3600"})) == ["Star"]


def test_what_people_deliver_can_be_told_from_what_comes_by_itself() -> None:
    product("Star")
    f.by_hand(of=listing("Moon"), kind=Kind.TOP_UP)
    f.card_to_ship(of=listing("Sun"))
    page = Shopper().get("/search/", {"mode": ["MANUAL", "SHIPMENT"]})
    assert sorted(titles(page)) == ["Moon", "Sun"]
    assert counts(page, "mode") == {Mode.AUTO: 1, Mode.MANUAL: 1, Mode.SHIPMENT: 1}


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("best", ["Much", "Fast", "Cheap", "Gone"]),
        ("fast", ["Fast", "Much", "Cheap", "Gone"]),
        ("cheap", ["Cheap", "Fast", "Much", "Gone"]),
        ("kept", ["Fast", "Much", "Cheap", "Gone"]),
        ("odd", ["Much", "Fast", "Cheap", "Gone"]),
    ],
)
def test_a_shelf_has_an_order_and_what_is_gone_stands_last(sort: str, order: list[str]) -> None:
    measured(product("Gone", units=0, price=1), median=1, delivered=99, on_time=99)
    measured(product("Much", price=9000), median=60, delivered=90, on_time=45)
    measured(product("Fast", price=8000), median=5, delivered=10, on_time=10)
    product("Cheap", price=100)
    assert titles(Shopper().get("/search/", {"sort": sort})) == order


def test_what_was_chosen_is_named_and_can_be_taken_away_one_by_one() -> None:
    product("Star", region="CN")
    product("Moon", region="US")
    page = Shopper().get("/search/", {"q": "s", "region": ["CN", "US"], "min": "10", "max": "200"})
    links = dict(re.findall(r'<a class="badge[^"]*" href="([^"]+)" aria-label="Without ([^"]+)"', page.html))
    without = {label: href.replace("&amp;", "&") for href, label in links.items()}
    assert set(without) == {"CN", "US", "¥10.00–¥200.00"}
    assert without["CN"] == "?q=s&region=US&min=10&max=200"
    assert without["¥10.00–¥200.00"] == "?q=s&region=CN&region=US"
    assert 'href="/search/?q=s"' in page.html


def test_nothing_that_fits_says_how_to_get_out() -> None:
    product("Star")
    page = Shopper().get("/c/" + Sku.objects.get().listing.category.slug + "/", {"min": "999999"})
    assert "Nothing has everything you chose." in page.text
    assert "Clear the choice" in page.text


def test_an_empty_shelf_is_no_wrong_filter() -> None:
    category("Music", slug="music")
    assert "There is nothing on this shelf right now." in Shopper().get("/c/music/").text


@pytest.mark.parametrize(
    "asked",
    [
        {"min": "1e9", "max": "-5"},
        {"min": "200", "max": "10"},
        {"within": "1"},
        {"mode": ["NOPE", "\0"]},
        {"region": ["x" * 5000, "\0", "' OR 1=1 --"]},
        {"value": [str(n) for n in range(500)]},
        {"sort": "id;--"},
        {"page": "10000000000"},
        {"page": "-1"},
        {"category": "a.b__c"},
    ],
)
def test_odd_addresses_are_only_addresses(asked: dict[str, str | list[str]]) -> None:
    product("Star", price=5000)
    assert Shopper().get("/search/", asked).status == 200


def test_prices_the_wrong_way_round_are_turned() -> None:
    product("Star", price=5000)
    assert titles(Shopper().get("/search/", {"min": "100", "max": "10"})) == ["Star"]


def test_a_shelf_has_pages_that_keep_the_choice() -> None:
    for n in range(30):
        product(f"Star {n:02d}", region="CN")
    page = Shopper().get("/search/", {"region": "CN"})
    assert len(titles(page)) == 24
    assert 'rel="next" href="?region=CN&amp;page=2"' in page.html
    assert len(titles(Shopper().get("/search/", {"region": "CN", "page": "2"}))) == 6


def test_a_merchant_has_a_page_of_its_own() -> None:
    seller = merchant("Day Shop", slug="day", opens=dt.time(9), closes=dt.time(18))
    measured(product("Star", seller=seller), delivered=10, on_time=9)
    product("Moon", seller=merchant("Night Shop"))
    page = Shopper().get("/m/day/")
    assert titles(page) == ["Star"]
    for said in ("Day Shop", "90%", "09:00–18:00"):
        assert said in page.text
    with clock.at(NOON + dt.timedelta(hours=8)):
        assert "closed, opens at Nov 23 09:00" in Shopper().get("/m/day/").text
    assert Shopper().get("/m/nobody/").status == 404


def test_old_addresses_lead_to_the_new_ones() -> None:
    shopper = Shopper()
    assert shopper.client.get("/", {"q": "星"}).headers["Location"] == "/search/?q=%E6%98%9F"
    assert shopper.client.get("/", {"category": "game"}).headers["Location"] == "/c/game/"
    assert shopper.client.get("/", {"category": "no body"}).headers["Location"] == "/search/"
    assert shopper.client.get("/", {"q": "a", "category": "game", "page": "2"}).headers["Location"] == "/search/?q=a&page=2"
