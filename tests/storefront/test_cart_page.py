"""The cart's page: each line as it is now, what is in its way and what can be done, and the total of what is chosen."""

import datetime as dt
import re
from typing import Any

import pytest
from django.urls import reverse

from shop.catalog.models import PriceTier, Sku, SkuStats
from tests.factories import NOON, buyer, listing, place_order, sku, stock
from tests.storefront.carting import by_script, chosen, fields, goods, kept, look, press, put
from tests.storefront.shopper import Seen, Shopper

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


@pytest.fixture
def bob() -> Shopper:
    return Shopper()


def line(page: Seen, name: str) -> Seen:
    """The part of the page that is about this line."""
    rows = [row for row in re.findall(r"<li\b.*?</li>", page.html, re.DOTALL) if name in row]
    return Seen(type("Part", (), {"content": rows[0].encode(), "status_code": page.status}))


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

    @pytest.mark.parametrize(("changes", "units", "most"), [({"max_quantity": 3}, 9, 3), ({"unpaid_limit": 2}, 9, 2), ({}, 60, 6)])
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
        first, second, third = goods("Star Abyss"), goods("Moon Harbour", "Lotus Keys", price=500), goods("Sun Gate", price=100)
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


class TestAQuantity:
    @pytest.mark.parametrize("typed", ["5", "５", " 5 ", "05"])
    def test_that_is_typed_is_taken_over(self, bob: Shopper, typed: str) -> None:
        made = goods("Star Abyss")
        put(bob, made)
        answer = press(bob, "keep", **{f"quantity-{made.pk}": typed})
        assert (answer.status, answer.location, kept(bob)) == (302, reverse("cart"), {made.pk: 5})

    @pytest.mark.parametrize("typed", ["abc", "-1", "1.5", "1e3", "", "<b>x</b>", "\0"])
    def test_that_is_none_is_said_at_its_line_and_loses_nothing(self, bob: Shopper, typed: str) -> None:
        made, other = goods("Star Abyss"), goods("Moon Harbour")
        put(bob, made, 3)
        put(bob, other)
        page = press(bob, "keep", **{f"quantity-{made.pk}": typed, f"quantity-{other.pk}": 4})
        assert page.status == 200
        assert "it stays at 3." in line(page, "Star Abyss").text
        assert "<b>x" not in page.html
        assert kept(bob) == {made.pk: 3, other.pk: 4}, "the others are taken over"

    def test_of_nothing_is_a_removal_that_can_be_taken_back(self, bob: Shopper) -> None:
        made = goods("Star Abyss")
        put(bob, made, 3)
        press(bob, "keep", **{f"quantity-{made.pk}": "0"})
        assert kept(bob) == {}
        press(bob, "undo")
        assert kept(bob) == {made.pk: 3}

    @pytest.mark.parametrize("typed", ["9" * 31, str(10**30), "1" + "0" * 40_000])
    def test_beyond_all_measure_is_too_much_like_any_other(self, bob: Shopper, typed: str) -> None:
        made = goods("Star Abyss")
        put(bob, made)
        press(bob, "keep", **{f"quantity-{made.pk}": typed})
        assert kept(bob) == {made.pk: 2**31 - 1}
        page = look(bob)
        assert "One order can take 5 pieces now." in page.text or "Only 9 pieces are left." in page.text
        assert "take" not in fields(page)


class TestRemoving:
    def test_can_be_taken_back_to_where_it_stood(self, bob: Shopper) -> None:
        first, second, third = goods("One"), goods("Two"), goods("Three")
        for each in (first, second, third):
            put(bob, each, 2)
        press(bob, "keep", take=[first.pk])
        press(bob, "remove", second.pk)
        page = look(bob)
        assert list(kept(bob)) == [first.pk, third.pk]
        text = page.text
        assert text.index("One 648") < text.index("Removed: Two 648 gems") < text.index("Three 648")
        press(bob, "undo")
        assert list(kept(bob).items()) == [(first.pk, 2), (second.pk, 2), (third.pk, 2)]
        assert chosen(bob) == {first.pk}, "as it was, not chosen"
        assert "Removed" not in look(bob).text

    def test_the_last_line_leaves_an_empty_cart_and_the_way_back(self, bob: Shopper) -> None:
        made = goods("Star Abyss")
        put(bob, made)
        press(bob, "remove", made.pk)
        text = look(bob).text
        assert "Your cart is empty" in text
        assert "Removed: Star Abyss 648 gems Put it back" in text

    def test_the_next_change_ends_the_way_back(self, bob: Shopper) -> None:
        made, other = goods("Star Abyss"), goods("Moon Harbour")
        put(bob, made)
        press(bob, "remove", made.pk)
        put(bob, other)
        assert "Removed" not in look(bob).text
        press(bob, "undo")
        assert kept(bob) == {other.pk: 1}

    @pytest.mark.parametrize("key", ["0", "abc", "9" * 40, "12345", "", "\0"])
    def test_what_is_not_there_changes_nothing(self, bob: Shopper, key: str) -> None:
        made = goods("Star Abyss")
        put(bob, made)
        assert press(bob, "remove", key).status == 302
        assert press(bob, "set", f"{key}x2").status == 302
        assert kept(bob) == {made.pk: 1}


class TestGoingOn:
    def test_leads_to_the_checkout_of_what_is_ticked_in_the_quantities_typed(self, bob: Shopper) -> None:
        made, other = goods("Star Abyss"), goods("Moon Harbour")
        put(bob, made)
        put(bob, other)
        answer = press(bob, "go", take=[made.pk], **{f"quantity-{made.pk}": "3"})
        assert answer.response["Location"] == f"/checkout/?cart={made.pk}x3"
        assert (kept(bob), chosen(bob)) == ({made.pk: 3, other.pk: 1}, {made.pk})

    def test_with_nothing_ticked_says_what_is_missing(self, bob: Shopper) -> None:
        put(bob, goods("Star Abyss"))
        page = press(bob, "go", take=None)
        assert (page.status, "Choose what you want to buy first." in page.text) == (200, True)
        assert 'data-here="/cart/"' in page.html, "a reload sends nothing again"

    @pytest.mark.parametrize("change", ["sold out", "off sale", "typed nonsense", "typed too much", "gone in another tab"])
    def test_with_something_other_than_it_was_shown_looks_again(self, bob: Shopper, change: str) -> None:
        made, other = goods("Star Abyss"), goods("Moon Harbour")
        put(bob, made, 2)
        put(bob, other)
        page, typed = look(bob), {}
        if change == "sold out":
            place_order(made, quantity=4, by=buyer("Eve"))
            place_order(made, quantity=5, by=buyer("Mallory"))
        elif change == "off sale":
            Sku.objects.filter(pk=made.pk).update(on_sale=False)
        elif change == "gone in another tab":
            press(bob, "remove", made.pk)
        else:
            typed = {f"quantity-{made.pk}": "x" if change == "typed nonsense" else "50"}
        answer = press(bob, "go", page=page, **typed)
        assert answer.status == 200
        assert "Something in your cart is not as it was. Look again, then go on." in answer.text
        if change != "typed nonsense":
            assert press(bob, "go").response["Location"] == f"/checkout/?cart={other.pk}x1", "the rest can be bought"

    def test_takes_nothing_along_that_another_tab_put_in_meanwhile(self, bob: Shopper) -> None:
        made, other = goods("Star Abyss"), goods("Moon Harbour")
        put(bob, made)
        page = look(bob)
        put(bob, other)
        assert press(bob, "go", page=page).response["Location"] == f"/checkout/?cart={made.pk}x1"
        assert kept(bob) == {made.pk: 1, other.pk: 1}


class TestWithAScript:
    def test_only_what_changed_is_changed(self, bob: Shopper) -> None:
        made, other = goods("Star Abyss"), goods("Moon Harbour")
        put(bob, made)
        put(bob, other)
        stale = fields(look(bob))
        press(bob, "keep", **{f"quantity-{other.pk}": 4}, take=[made.pk])
        seen = by_script(bob, **stale | {f"quantity-{made.pk}": ["3"], "changed": [str(made.pk)]})
        assert kept(bob) == {made.pk: 3, other.pk: 4}, "another tab's change stands"
        assert chosen(bob) == {made.pk}
        assert "To the checkout · ¥294.00" in seen.text

    def test_the_answer_is_the_part_that_changes_with_count_and_total_said(self, bob: Shopper) -> None:
        made = goods("Star Abyss")
        put(bob, made)
        put(bob, goods("Moon Harbour"))
        seen = by_script(bob, remove=made.pk)
        assert "<html" not in seen.html
        assert 'hx-swap-oob="innerHTML:[data-cart-count]">1<' in seen.html
        assert 'hx-swap-oob="innerHTML:#km-say">1 chosen, total ¥98.00<' in seen.html
        assert 'id="undo" hx-post="/cart/" autofocus' in seen.html

    def test_what_is_no_quantity_is_said_at_the_line(self, bob: Shopper) -> None:
        made = goods("Star Abyss")
        put(bob, made, 3)
        seen = by_script(bob, changed=made.pk, **{f"quantity-{made.pk}": "x"})
        assert "“x” is no quantity; it stays at 3." in seen.text

    def test_what_was_taken_back_has_the_focus(self, bob: Shopper) -> None:
        made = goods("Star Abyss")
        put(bob, made)
        by_script(bob, remove=made.pk)
        assert re.search(rf'id="quantity-{made.pk}"[^>]*\bautofocus\b', by_script(bob, undo=1).html)


def test_a_form_made_up_at_home_is_no_error(bob: Shopper) -> None:
    made = goods("Star Abyss")
    put(bob, made)
    odd: list[dict[str, Any]] = [
        {"take": ["x", "9" * 40, "\0"], "line": ["", "-1"], "go": "1"},
        {"take": made.pk, "line": made.pk, "changed": ["x"], "set": "x.x.x", "remove": "x", "undo": "x", "all": "x"},
        {"set": f"{made.pk}x{10**30}"},
        {"set": ".".join(f"{n}x1" for n in range(1, 500))},
        {f"quantity-{made.pk}": ["1", "2", "x"], "quantity-": "1", "quantity-x": "2"},
    ]
    for sent in odd:
        assert bob.post(reverse("cart"), sent).status in (200, 302)
        assert by_script(bob, **sent).status in (200, 302)


def test_the_page_is_kept_by_no_cache_and_tells_nobody(bob: Shopper) -> None:
    put(bob, goods("Star Abyss"))
    response = look(bob).response
    assert (response["Cache-Control"], response["Referrer-Policy"]) == ("no-store", "no-referrer")


def test_what_unpaid_orders_hold_comes_back_to_the_line_when_they_end(bob: Shopper, noon: dt.datetime) -> None:
    from kameng.lib import clock

    made = sku(units=1, of=listing("Star Abyss"))
    put(bob, made)
    place_order(made, by=buyer("Eve"))
    assert "Sold out at the moment." in look(bob).text
    with clock.at(noon + dt.timedelta(minutes=15, seconds=1)):
        assert "To the checkout · ¥98.00" in look(bob).text
