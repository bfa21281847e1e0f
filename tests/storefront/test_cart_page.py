"""The cart's page: each line as it is now, what is in its way and what can be done, and the total of what is chosen."""

import datetime as dt

import pytest
from django.urls import reverse

from kameng.lib import clock
from shop.catalog.models import PriceTier, Sku, SkuStats
from tests.factories import NOON, buyer, listing, place_order, sku, stock
from tests.storefront.carting import chosen, fields, goods, kept, line, look, press, put
from tests.storefront.shopper import Shopper

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


@pytest.fixture
def bob() -> Shopper:
    return Shopper()


class TestALine:
    def test_says_what_it_is_what_it_costs_and_by_when_it_is_here(self, bob: Shopper) -> None:
        made = goods("Star Abyss", promise_seconds=60, refund_seconds=1800)
        PriceTier.objects.create(sku=made, from_quantity=3, unit_price=9500)
        SkuStats.objects.create(sku=made, delivered=4, on_time=4, median_ms=8000, measured_at=NOON)
        put(bob, made, 3)
        seen = line(look(bob), "Star Abyss 648 gems")
        assert "In stock usually 8 s within 1 min, or back after 30 min" in seen.text
        assert "¥285.00 ¥95.00 each" in seen.text
        assert f'href="{reverse("listing", args=[made.listing.slug])}?sku={made.pk}"' in seen.html

    def test_that_is_low_says_how_many_are_left(self, bob: Shopper) -> None:
        put(bob, goods("Star Abyss", units=4))
        assert "Only 4 left" in look(bob).text

    def test_that_is_sold_out_stays_and_cannot_be_chosen(self, bob: Shopper) -> None:
        made = goods("Star Abyss", units=1)
        put(bob, made)
        place_order(made, by=buyer("Eve"))
        page = look(bob)
        assert "Sold out at the moment. It stays here, and can be chosen again when there is stock." in page.text
        assert fields(page) == {}
        assert f'name="remove" value="{made.pk}"' in page.html
        stock(made, 1)
        assert fields(look(bob))["take"] == [str(made.pk)], "chosen as before"

    def test_of_more_than_there_is_offers_what_there_is(self, bob: Shopper) -> None:
        made = goods("Star Abyss", units=4)
        put(bob, made, 7)
        page = look(bob)
        assert "Only 4 pieces are left." in page.text
        assert "Make it 4" in page.text
        assert "take" not in fields(page)
        press(bob, "set", f"{made.pk}x4")
        assert kept(bob) == {made.pk: 4}
        assert "To the checkout · ¥392.00" in look(bob).text

    @pytest.mark.parametrize(
        ("changes", "units", "most"), [({"max_quantity": 3}, 9, 3), ({"unpaid_limit": 2}, 9, 2), ({}, 60, 6)]
    )
    def test_of_more_than_one_may_order_offers_what_one_may(
        self, bob: Shopper, changes: dict[str, int], units: int, most: int
    ) -> None:
        made = goods("Star Abyss", units=units)
        put(bob, made, 8)
        Sku.objects.filter(pk=made.pk).update(**changes)
        page = look(bob)
        assert f"One order can take {most} pieces now." in page.text
        press(bob, "set", f"{made.pk}x{most}")
        assert fields(look(bob))["take"] == [str(made.pk)]

    def test_whose_stock_is_not_counted_to_its_end_is_not_said_to_be_short(self, bob: Shopper) -> None:
        made = goods("Star Abyss", units=120, max_quantity=500, unpaid_limit=500)
        put(bob, made, 115)
        assert "To the checkout · ¥11,270.00" in look(bob).text

    @pytest.mark.parametrize("hidden", ["off sale", "unpublished"])
    def test_that_is_not_on_sale_any_more_can_only_be_removed(self, bob: Shopper, hidden: str) -> None:
        made = goods("Star Abyss")
        put(bob, made, 2)
        if hidden == "off sale":
            Sku.objects.filter(pk=made.pk).update(on_sale=False)
        else:
            type(made.listing).objects.update(published_at=None)
        page = look(bob)
        assert "Not on sale any more. The merchant took it off." in page.text
        assert "Star Abyss 648 gems" in page.text
        assert reverse("listing", args=[made.listing.slug]) not in page.html
        assert fields(page) == {}
        assert "¥" not in line(page, "Star Abyss").text
        press(bob, "remove", made.pk)
        assert kept(bob) == {}

    @pytest.mark.parametrize(("price", "said"), [(10_800, "now it is ¥108.00"), (9_000, "now it is ¥90.00")])
    def test_whose_price_changed_says_so_until_its_buyer_chose_anew(self, bob: Shopper, price: int, said: str) -> None:
        made = goods("Star Abyss")
        put(bob, made)
        Sku.objects.filter(pk=made.pk).update(price=price)
        assert f"It was ¥98.00 each when you put it in, {said}." in look(bob).text
        press(bob, "keep")
        assert "It was ¥98.00 each" in look(bob).text, "sending the form as it is, is no answer to that"
        press(bob, "keep", **{f"quantity-{made.pk}": 2})
        assert "when you put it in" not in look(bob).text

    def test_in_another_quantity_at_another_tier_has_no_changed_price(self, bob: Shopper) -> None:
        made = goods("Star Abyss")
        PriceTier.objects.create(sku=made, from_quantity=3, unit_price=9500)
        put(bob, made)
        press(bob, "keep", **{f"quantity-{made.pk}": 4})
        page = look(bob)
        assert "¥95.00 each" in page.text
        assert "when you put it in" not in page.text


class TestTheTotal:
    def test_is_of_what_is_chosen_by_merchant_and_on_the_button(self, bob: Shopper) -> None:
        first, second, third = (
            goods("Star Abyss"),
            goods("Moon Harbour", "Lotus Keys", price=500),
            goods("Sun Gate", price=100),
        )
        for made, quantity in ((first, 1), (second, 3), (third, 2)):
            put(bob, made, quantity)
        page = look(bob)
        assert "3 chosen, 6 in all" in page.text
        assert "Jade Cards ¥100.00 Lotus Keys ¥15.00 Total ¥115.00 To the checkout · ¥115.00" in page.text
        press(bob, "keep", page=page, take=[first.pk, second.pk])
        assert "2 chosen, 4 in all" in look(bob).text
        assert "To the checkout · ¥113.00" in look(bob).text
        assert chosen(bob) == {first.pk, second.pk}

    def test_leaves_out_what_cannot_be_bought(self, bob: Shopper) -> None:
        put(bob, goods("Star Abyss"))
        put(bob, goods("Gone", units=0), 3)
        page = look(bob)
        assert "1 chosen, 1 in all" in page.text
        assert "To the checkout · ¥98.00" in page.text

    def test_of_nothing_offers_no_checkout(self, bob: Shopper) -> None:
        put(bob, goods("Gone", units=0))
        page = look(bob)
        assert "Nothing in your cart can be bought right now." in page.text
        assert "To the checkout" not in page.text

    def test_all_or_none_can_be_chosen_with_one_press(self, bob: Shopper) -> None:
        made, other, gone = goods("Star Abyss"), goods("Moon Harbour"), goods("Gone", units=0)
        for each in (made, other, gone):
            put(bob, each)
        press(bob, "all", "0")
        assert chosen(bob) == {gone.pk}, "what is sold out keeps its mark for when it is back"
        assert "Choose all" in look(bob).text
        press(bob, "all", "1")
        assert chosen(bob) == {made.pk, other.pk, gone.pk}
        assert "Choose none" in look(bob).text


def test_lines_stand_with_their_merchant_in_the_order_they_came(bob: Shopper) -> None:
    for name, seller in (("One", "Jade"), ("Two", "Lotus"), ("Three", "Jade")):
        put(bob, goods(name, seller))
    text = look(bob).text.partition("3 products")[2]
    places = [text.index(word) for word in ("Jade One", "Three 648", "Lotus Two")]
    assert places == sorted(places)


def test_an_empty_cart_says_what_it_is_for_and_where_to_begin(bob: Shopper) -> None:
    page = look(bob)
    assert "Your cart is empty" in page.text
    assert "several shops, one payment" in page.text
    assert 'href="/"' in page.html[page.html.index("<main") :]
    assert "To the checkout" not in page.text


def test_the_page_is_kept_by_no_cache_and_tells_nobody(bob: Shopper) -> None:
    put(bob, goods("Star Abyss"))
    response = look(bob).response
    assert (response["Cache-Control"], response["Referrer-Policy"]) == ("no-store", "no-referrer")


def test_what_unpaid_orders_hold_comes_back_to_the_line_when_they_end(bob: Shopper, noon: dt.datetime) -> None:
    made = sku(units=1, of=listing("Star Abyss"))
    put(bob, made)
    place_order(made, by=buyer("Eve"))
    assert "Sold out at the moment." in look(bob).text
    with clock.at(noon + dt.timedelta(minutes=15, seconds=1)):
        assert "To the checkout · ¥98.00" in look(bob).text
