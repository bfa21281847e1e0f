"""Things that happen to a cart at once: two tabs, presses faster than answers, and others who buy what lies in it."""

import pytest
from playwright.sync_api import expect

from shop.catalog.models import Sku
from shop.orders.models import Order
from tests.factories import PASSWORD, buyer, place_order, verified
from tests.harness.browsers import Look, Visit
from tests.storefront.carting import goods
from tests.storefront.cartwalk import CHECKOUT, SANDBOX, hold_next, pay_as_guest, put, row, settled, total

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ENGLISH = Look(locale="en")


def test_two_tabs_on_one_cart_undo_nothing_of_each_other(shelf: list[Sku], visit: Visit) -> None:
    first = visit(ENGLISH)
    put(first, *shelf)
    first.goto("/cart/")
    second = first.context.new_page()
    second.goto("/cart/")
    row(first, "Star Abyss").more()
    total(first, "¥201.00")
    row(second, "Moon Harbour").more()
    total(second, "¥206.00")
    row(first, "Star Abyss").remove()
    total(first, "¥10.00")
    second.get_by_role("button", name="To the checkout").click()
    expect(second.get_by_role("alert")).to_contain_text("Something in your cart is not as it was.")
    total(second, "¥10.00")


def test_what_goes_while_it_lies_in_the_cart_is_said_and_does_not_stop_the_rest(shelf: list[Sku], visit: Visit) -> None:
    last = goods("Last One", units=1)
    page = visit(ENGLISH)
    put(page, shelf[0], last)
    page.goto("/cart/")
    total(page, "¥196.00")
    place_order(last, by=buyer("Eve"))
    page.get_by_role("button", name="To the checkout").click()
    expect(page.get_by_role("alert")).to_be_focused()
    expect(row(page, "Last One").part).to_contain_text("Sold out at the moment.")
    page.get_by_role("button", name="To the checkout · ¥98.00").click()
    pay_as_guest(page, "¥98.00")


def test_what_goes_while_the_form_is_open_is_said_and_does_not_stop_the_rest(shelf: list[Sku], visit: Visit) -> None:
    last = goods("Last One", units=1)
    page = visit(ENGLISH)
    put(page, shelf[0], last)
    page.goto("/cart/")
    page.get_by_role("button", name="To the checkout").click()
    expect(page).to_have_url(CHECKOUT)
    place_order(last, by=buyer("Eve"))
    page.get_by_label("E-mail").fill("bob@example.com")
    page.get_by_role("button", name="Pay ¥196.00").click()
    expect(page.get_by_role("alert")).to_contain_text("Last One 648 gems is sold out.")
    page.get_by_role("button", name="Go on with what is there, pay ¥98.00").click()
    expect(page).to_have_url(SANDBOX)
    assert Order.objects.latest("pk").total == 9_800


def test_pressing_pay_twice_makes_one_order_of_all_lines(shelf: list[Sku], visit: Visit) -> None:
    page = visit(ENGLISH)
    put(page, *shelf)
    page.goto("/cart/")
    page.get_by_role("button", name="To the checkout").dblclick()
    expect(page).to_have_url(CHECKOUT)
    page.get_by_label("E-mail").fill("bob@example.com")
    page.get_by_role("button", name="Pay ¥103.00").dblclick()
    expect(page).to_have_url(SANDBOX)
    assert Order.objects.get().lines.count() == 2


def test_back_from_the_cashier_leads_to_what_is_left_in_the_cart(shelf: list[Sku], visit: Visit) -> None:
    page = visit(ENGLISH)
    put(page, *shelf)
    page.goto("/cart/")
    row(page, "Moon Harbour").tick(False)
    total(page, "¥98.00")
    page.get_by_role("button", name="To the checkout").click()
    pay_as_guest(page, "¥98.00")
    page.go_back()
    page.go_back()
    expect(page.locator("[data-line]")).to_have_count(1)
    expect(page.locator("[data-line]")).to_contain_text("Moon Harbour")


def test_signing_in_elsewhere_costs_the_cart_nothing(shelf: list[Sku], visit: Visit) -> None:
    """The form's token is old then: the page comes anew, and the next press counts."""
    page = visit(ENGLISH, strict=False)
    put(page, *shelf)
    page.goto("/cart/")
    other = page.context.new_page()
    other.goto("/account/login/")
    other.locator("input[name=login]").fill(verified().email)
    other.locator("input[name=password]").fill(PASSWORD)
    other.locator("main button[type=submit]").click()
    expect(other.get_by_role("link", name="Cart 2").first).to_be_visible()
    with page.expect_navigation():
        row(page, "Moon Harbour").more()
    total(page, "¥103.00")
    row(page, "Moon Harbour").more()
    total(page, "¥108.00")


def test_presses_faster_than_answers_all_count(shelf: list[Sku], visit: Visit) -> None:
    page = visit(ENGLISH)
    put(page, *shelf)
    page.goto("/cart/")
    held = hold_next(page)
    with page.expect_request("**/cart/"):
        row(page, "Star Abyss").more()
    row(page, "Star Abyss").more()
    row(page, "Moon Harbour").more()
    row(page, "Moon Harbour").tick(False)
    held[0].continue_()
    total(page, "¥285.00")
    settled(page)
    row(page, "Moon Harbour").tick(True)
    total(page, "¥295.00")
    page.reload()
    assert (row(page, "Star Abyss").quantity, row(page, "Moon Harbour").quantity) == ("3", "2")


def test_a_button_pressed_while_an_answer_is_on_its_way_counts(shelf: list[Sku], visit: Visit) -> None:
    page = visit(ENGLISH)
    put(page, *shelf)
    page.goto("/cart/")
    held = hold_next(page)
    with page.expect_request("**/cart/"):
        row(page, "Moon Harbour").more()
    row(page, "Star Abyss").remove()
    held[0].continue_()
    expect(page.get_by_role("button", name="Put it back")).to_be_focused()
    total(page, "¥10.00")
