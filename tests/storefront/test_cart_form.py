"""What the cart's page sends: quantities, removals and their way back, going on; as whole form, and by script."""

import re
from typing import Any

import pytest
from django.urls import reverse

from shop.catalog.models import Sku
from tests.factories import buyer, place_order
from tests.storefront.carting import by_script, chosen, fields, goods, kept, line, look, press, put
from tests.storefront.shopper import Shopper

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


@pytest.fixture
def bob() -> Shopper:
    return Shopper()


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
