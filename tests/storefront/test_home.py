"""The first page: search, shelves, and figures that are read from rows."""

import datetime as dt

import pytest

from kameng.lib import clock
from tests.factories import (
    NOON,
    buyer,
    by_hand,
    category,
    deliver_all,
    delivered_order,
    listing,
    merchant,
    pay_order,
    place_order,
    sku,
)
from tests.storefront.shopper import Shopper

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


def test_an_empty_shop_says_so() -> None:
    page = Shopper().get("/")
    assert "The shop is still empty" in page.text
    assert "nothing to measure yet" in page.text


def test_a_card_says_price_stock_and_merchant() -> None:
    sku(units=40, of=listing("Star Abyss", seller=merchant("Jade Cards")), price=9800)
    page = Shopper().get("/")
    for said in ("Star Abyss", "¥98.00", "In stock", "Jade Cards"):
        assert said in page.text


@pytest.mark.parametrize(("units", "said"), [(6, "In stock"), (5, "Only 5 left"), (1, "Only 1 left"), (0, "Sold out")])
def test_scarce_goods_are_counted_out(units: int, said: str) -> None:
    sku(units=units)
    assert said in Shopper().get("/").text


def test_goods_made_by_hand_are_not_said_to_lie_in_stock() -> None:
    made = by_hand(9)
    for address in ("/", f"/p/{made.listing.slug}/", f"/search/?q={made.listing.title}"):
        page = Shopper().get(address)
        assert "Made for you after you order" in page.text, address
        assert "In stock" not in page.text, address


def test_units_of_lapsed_reservations_count_as_sellable() -> None:
    made = sku(units=1)
    place_order(made)
    assert "Sold out" in Shopper().get("/").text
    with clock.at(NOON + dt.timedelta(minutes=16)):
        assert "Only 1 left" in Shopper().get("/").text


def test_a_card_leads_with_what_can_be_bought() -> None:
    product = listing()
    sku(units=0, of=product, value="60", price=600)
    sku(units=9, of=product, value="300", price=2900)
    sku(units=9, of=product, value="648", price=6280)
    page = Shopper().get("/")
    assert "¥29.00 and up" in page.text
    assert "¥6.00" not in page.text


def test_the_list_price_is_crossed_out_only_where_there_is_one() -> None:
    sku(units=9, list_price=10900)
    assert "<s" in Shopper().get("/").html


@pytest.mark.parametrize(
    "query", ["star", "STAR", "ＳＴＡＲ", "  star   abyss ", "star 648", "gems star", "Jade", "Game cards"]
)
def test_search_finds_whatever_the_width_case_and_order(query: str) -> None:
    sku(units=9, of=listing("Star Abyss", seller=merchant("Jade Cards")), value="648", unit="gems")
    sku(units=9, of=listing("Moon Harbour", seller=merchant("Other"), category=category("Music")), value="12", unit="months")
    page = Shopper().get("/search/", {"q": query})
    assert "Star Abyss" in page.text
    assert "Moon Harbour" not in page.text


def test_search_finds_what_a_merchant_wrote_in_full_width() -> None:
    sku(units=9, of=listing("ＱＱ会员"))
    assert "ＱＱ会员" in Shopper().get("/search/", {"q": "qq"}).text


def test_two_chinese_characters_are_enough() -> None:
    sku(units=9, of=listing("山海纪 灵石兑换码"))
    assert "灵石兑换码" in Shopper().get("/search/", {"q": "灵石"}).text


def test_search_leads_with_the_face_value_asked_for() -> None:
    product = listing("Star Abyss")
    sku(units=9, of=product, value="60", price=600)
    wanted = sku(units=9, of=product, value="648", price=6280)
    page = Shopper().get("/search/", {"q": "star 648"})
    assert f"?sku={wanted.pk}" in page.html
    assert "¥62.80" in page.text


def test_nothing_found_says_what_was_searched_and_where_else_to_look() -> None:
    sku(units=9)
    page = Shopper().get("/search/", {"q": "no such <b>game</b>"})
    assert "Nothing found" in page.text
    assert "no such <b>game</b>" in page.text
    assert "<b>game</b>" not in page.html
    assert "Show everything" in page.text


@pytest.mark.parametrize("query", ["x" * 5000, "%_\\", "\0\u202e\u200b", "' OR 1=1 --", "a " * 200])
def test_strange_queries_are_only_queries(query: str) -> None:
    sku(units=9)
    assert Shopper().get("/search/", {"q": query}).status == 200


def test_a_shelf_shows_only_what_stands_on_it() -> None:
    music = category("Music", slug="music")
    sku(units=9, of=listing("Star Abyss"))
    sku(units=9, of=listing("Moon Harbour", category=music))
    page = Shopper().get("/c/music/")
    assert "Moon Harbour" in page.text
    assert "Star Abyss" not in page.text
    assert "<title>Music ·" in page.html


def test_a_shelf_that_nobody_has_is_not_there_and_an_empty_one_says_so() -> None:
    category("Music", slug="music")
    assert Shopper().get("/c/none/").status == 404
    assert "There is nothing on this shelf right now." in Shopper().get("/c/music/").text


def test_what_is_not_published_or_not_on_sale_is_not_shown() -> None:
    sku(units=9, of=listing("Draft", published_at=None))
    sku(units=9, of=listing("Gone"), on_sale=False)
    assert "The shop is still empty" in Shopper().get("/").text


def test_more_than_one_page() -> None:
    for number in range(25):
        sku(units=1, of=listing(f"Product {number:02}"))
    first, second = Shopper().get("/"), Shopper().get("/search/", {"page": 2})
    assert first.html.count('class="km-facebox"') == 24
    assert "Page 2 of 2" in second.text
    assert "page=2" in first.html


@pytest.mark.parametrize("page", ["0", "-1", "abc", "10" * 40, "99"])
def test_a_page_that_is_not_there_shows_the_nearest(page: str) -> None:
    sku(units=9)
    assert Shopper().get("/search/", {"page": page}).status == 200


def test_the_live_card_counts_deliveries_and_refunds_of_the_day() -> None:
    now = clock.now()
    for seconds in (2, 8, 20):
        made = sku(units=1)
        with clock.at(now - dt.timedelta(hours=2)):
            pay_order(place_order(made, by=buyer(f"Buyer{seconds}")))
        deliver_all(now - dt.timedelta(hours=2) + dt.timedelta(seconds=seconds))
    text = Shopper().get("/").text
    assert "3 deliveries in the last 24 h" in text
    assert "from payment to delivery 8 s" in text
    assert "kept their promise 100%" in text


def test_deliveries_of_yesterday_are_told_as_the_month() -> None:
    with clock.at(NOON - dt.timedelta(days=3)):
        delivered_order()
    assert "1 delivery in the last 30 days" in Shopper().get("/").text


def test_no_buyer_can_be_recognised_in_the_live_card() -> None:
    order = delivered_order(by=buyer("Charlie"))
    page = Shopper().get("/").html
    assert "harlie" not in page
    assert order.number not in page
