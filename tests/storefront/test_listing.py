"""The page of a product: what it costs, when it comes, and what is true when it is gone."""

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse

from kameng.lib import clock
from shop.catalog.models import Listing, PriceTier, Sku, SkuStats
from tests.factories import NOON, buyer, delivered_order, listing, merchant, place_order, sku, stock
from tests.storefront.shopper import Seen, Shopper

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


def look(product: Listing, **query: Any) -> Seen:
    return Shopper().get(reverse("listing", args=[product.slug]), query)


def tiered(units: int = 60) -> Sku:
    """¥98.00 each, ¥95.00 from 5, ¥90.00 from 20."""
    made = sku(units=units)
    for start, price in ((5, 9500), (20, 9000)):
        PriceTier.objects.create(sku=made, from_quantity=start, unit_price=price)
    return made


def test_it_says_the_promise_the_deadline_and_where_the_money_is() -> None:
    made = sku(units=9, promise_seconds=60, refund_seconds=1800, complaint_seconds=86_400)
    text = look(made.listing).text
    assert "within 1 min of payment" in text
    assert "Without the goods 30 min after payment" in text
    assert "only 1 day after delivery" in text
    assert "not measured yet" in text


def test_nothing_promises_a_cancellation() -> None:
    assert "cancel" not in look(sku(units=9).listing).text.lower()


def test_the_usual_time_is_the_measured_one() -> None:
    made = sku(units=9)
    SkuStats.objects.create(sku=made, delivered=40, on_time=39, refunded_late=0, median_ms=8_000, measured_at=NOON)
    page = look(made.listing)
    assert "8 s" in page.text
    assert "97.5%" in page.text


def test_a_merchant_without_sales_is_not_praised() -> None:
    assert "nothing is measured yet" in look(sku(units=9).listing).text


def test_a_share_is_never_rounded_up() -> None:
    made = sku(units=9)
    SkuStats.objects.create(sku=made, delivered=9_999, on_time=9_998, refunded_late=1, median_ms=1, measured_at=NOON)
    assert "99.9%" in look(made.listing).text


def test_the_warning_stands_above_the_button() -> None:
    page = look(sku(units=9, of=listing(warning="Only for the global server.")).listing)
    assert page.html.index("Only for the global server.") < page.html.index("Buy now")


def test_instructions_are_steps() -> None:
    page = look(sku(units=9, of=listing(instructions="Open the app.\nPaste the code.")).listing)
    assert page.html.count("<li", page.html.index('id="how"')) >= 2


@pytest.mark.parametrize(
    ("quantity", "each", "total"), [(1, "¥98.00", "¥98.00"), (5, "¥95.00", "¥475.00"), (20, "¥90.00", "¥1,800.00")]
)
def test_the_price_is_that_of_the_quantity(quantity: int, each: str, total: str) -> None:
    made = tiered()
    page = look(made.listing, sku=made.pk, quantity=quantity)
    assert f"Buy now · {total}" in page.text
    assert each in page.text


def test_full_width_digits_are_digits() -> None:
    made = tiered()
    assert "Buy now · ¥475.00" in look(made.listing, quantity="５").text


def test_without_scripts_the_price_is_updated_by_a_button() -> None:
    made = tiered()
    page = look(made.listing, quantity=5)
    assert f'formaction="{reverse("listing", args=[made.listing.slug])}"' in page.html
    assert page.fields()["quantity"] == "5"


def test_more_than_there_is_becomes_what_there_is_and_says_so() -> None:
    page = look(sku(units=3).listing, quantity=10)
    assert page.fields()["quantity"] == "3"
    assert "the quantity was set to that" in page.text


@pytest.mark.parametrize("value", ["0", "-3", "abc", "1e3", "9" * 30, "1.5", "\0"])
def test_a_quantity_that_is_none_is_one(value: str) -> None:
    page = look(sku(units=9).listing, quantity=value)
    assert page.fields()["quantity"] == "1"


@pytest.mark.parametrize("value", ["0", "abc", "9" * 30, "999999"])
def test_a_sku_that_is_not_of_this_listing_is_not_shown(value: str) -> None:
    made, other = sku(units=9), sku(units=9, of=listing("Other"), price=100)
    assert look(made.listing, sku=value).fields()["sku"] == str(made.pk)
    assert look(made.listing, sku=other.pk).fields()["sku"] == str(made.pk)


def test_each_face_value_is_a_link() -> None:
    product = listing()
    small, large = sku(units=9, of=product, value="60", price=600), sku(units=0, of=product, value="648")
    page = look(product)
    assert f"?sku={small.pk}" in page.html
    assert f"?sku={large.pk}" in page.html
    assert "Sold out" in page.text


@pytest.mark.parametrize("fields", [{"published_at": None}, {}])
def test_what_cannot_be_bought_is_not_there(fields: dict[str, Any]) -> None:
    made = sku(units=9, of=listing(**fields), on_sale=not bool(fields == {}))
    assert look(made.listing).status == 404
    assert Shopper().get("/p/no-such-listing/").status == 404


class TestSoldOut:
    def test_for_good(self) -> None:
        page = look(sku(units=0).listing)
        assert "Every piece is sold and paid for" in page.text
        assert "Buy now" not in page.text

    def test_held_by_unpaid_orders_until(self) -> None:
        made = sku(units=3)
        place_order(made, quantity=1, by=buyer("Bob"))
        with clock.at(NOON + dt.timedelta(minutes=4)):
            place_order(made, quantity=2, by=buyer("Carol"))
        text = look(made.listing).text
        assert "3 pieces may come free" in text
        assert "ends at 12:15" in text

    def test_what_is_paid_for_comes_not_back(self) -> None:
        order = delivered_order()
        made = order.lines.get().sku
        assert "Every piece is sold and paid for" in look(made.listing).text

    def test_other_goods_of_the_shelf_are_named(self) -> None:
        gone, there = sku(units=0), sku(units=4, of=listing("Moon Harbour", seller=merchant("Other")))
        page = look(gone.listing)
        assert there.listing.title in page.text

    def test_and_back_again(self) -> None:
        made = sku(units=0)
        assert "Sold out for now" in look(made.listing).text
        stock(made, 7)
        assert "Buy now" in look(made.listing).text


def test_a_shared_secret_is_sold_one_an_order() -> None:
    made = sku(units=4, uses=3, max_quantity=1)
    page = look(made.listing, quantity=5)
    assert page.fields()["quantity"] == "1"
