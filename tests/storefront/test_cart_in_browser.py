"""The cart in a browser: what scripts add, and that nothing is missing without them."""

import re

import pytest
from playwright.sync_api import expect

from shop.catalog.models import Sku
from shop.orders.models import Order
from tests.harness.browsers import Look, Visit
from tests.storefront.carting import goods
from tests.storefront.cartwalk import CHECKOUT, pay_as_guest, put, row, settled, total

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ENGLISH = Look(locale="en")
PHONE = Look(width=360, height=740, touch=True, locale="en")
PLAIN = Look(locale="en", javascript=False)


def test_putting_in_says_so_and_counts_without_leaving_the_page(shelf: list[Sku], visit: Visit) -> None:
    page = visit(ENGLISH)
    page.goto(f"/p/{shelf[0].listing.slug}/")
    page.locator("#quantity").fill("3")
    page.get_by_role("button", name="Add to cart").locator("visible=true").click()
    expect(page.locator("#buy [data-put]")).to_contain_text("In your cart: 3")
    expect(page.get_by_role("banner").get_by_role("link", name="Cart 1")).to_be_visible()
    expect(page.locator("#km-say")).to_have_text("In your cart: 3")
    assert "csrf" not in page.url
    page.get_by_role("link", name="Go to the cart").locator("visible=true").click()
    total(page, "¥285.00")


def test_a_double_click_puts_it_in_once(shelf: list[Sku], visit: Visit) -> None:
    page = visit(ENGLISH)
    page.goto(f"/p/{shelf[0].listing.slug}/")
    page.get_by_role("button", name="Add to cart").locator("visible=true").dblclick()
    expect(page.locator("#buy [data-put]")).to_contain_text("In your cart: 1")
    page.goto("/cart/")
    total(page, "¥98.00")


def test_enter_in_the_quantity_of_a_product_still_buys_at_once(shelf: list[Sku], visit: Visit) -> None:
    page = visit(ENGLISH)
    page.goto(f"/p/{shelf[0].listing.slug}/")
    page.locator("#quantity").fill("2")
    page.locator("#quantity").press("Enter")
    expect(page).to_have_url(re.compile(rf"/checkout/\?sku={shelf[0].pk}&quantity=2$"))


@pytest.mark.parametrize("look", [ENGLISH, PHONE], ids=["desktop", "phone"])
def test_from_two_shops_into_one_order(shelf: list[Sku], visit: Visit, look: Look) -> None:
    page = visit(look)
    put(page, *shelf)
    page.get_by_role("banner").get_by_role("link", name="Cart 2").click()
    row(page, "Moon Harbour").more()
    expect(page.get_by_text("¥108.00").locator("visible=true").first).to_be_visible()
    page.get_by_role("button", name="To the checkout").locator("visible=true").click()
    expect(page).to_have_url(CHECKOUT)
    pay_as_guest(page, "¥108.00")
    order = Order.objects.get()
    assert {(line.title, line.quantity) for line in order.lines.all()} == {("Star Abyss", 1), ("Moon Harbour", 2)}
    page.goto("/cart/")
    expect(page.get_by_role("heading", name="Your cart is empty")).to_be_visible()


def test_every_change_counts_at_once(shelf: list[Sku], visit: Visit) -> None:
    page = visit(ENGLISH)
    put(page, *shelf)
    page.goto("/cart/")
    total(page, "¥103.00")
    row(page, "Moon Harbour").tick(False)
    total(page, "¥98.00")
    expect(page.locator("#km-say")).to_have_text("1 chosen, total ¥98.00")
    row(page, "Star Abyss").part.get_by_role("spinbutton").fill("4")
    page.keyboard.press("Tab")
    total(page, "¥380.00")
    row(page, "Moon Harbour").tick(True)
    total(page, "¥385.00")
    page.reload()
    total(page, "¥385.00")


def test_the_focus_stays_where_it_was(shelf: list[Sku], visit: Visit) -> None:
    page = visit(ENGLISH)
    put(page, *shelf)
    page.goto("/cart/")
    more = f"quantity-{shelf[1].pk}-more"
    page.locator(f"#{more}").focus()
    page.keyboard.press("Enter")
    total(page, "¥108.00")
    settled(page)
    assert page.evaluate("document.activeElement.id") == more
    page.locator(f"#take-{shelf[0].pk}").focus()
    page.keyboard.press("Space")
    total(page, "¥10.00")
    settled(page)
    assert page.evaluate("document.activeElement.id") == f"take-{shelf[0].pk}"


def test_what_was_removed_is_taken_back_with_the_keyboard(shelf: list[Sku], visit: Visit) -> None:
    page = visit(ENGLISH)
    put(page, *shelf)
    page.goto("/cart/")
    row(page, "Star Abyss").part.get_by_role("button", name="Remove Star Abyss").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Put it back")).to_be_focused()
    total(page, "¥5.00")
    page.keyboard.press("Enter")
    total(page, "¥103.00")
    expect(page.locator(f"#quantity-{shelf[0].pk}")).to_be_focused()


def test_without_scripts_everything_works_as_far_as_paying(shelf: list[Sku], visit: Visit) -> None:
    page = visit(PLAIN)
    for made, quantity in zip(shelf, ("3", "1"), strict=True):
        page.goto(f"/p/{made.listing.slug}/")
        page.locator("#quantity").fill(quantity)
        page.get_by_role("button", name="Add to cart").locator("visible=true").click()
        expect(page).to_have_url(re.compile("/cart/$"))
    expect(page.get_by_text("In your cart: Moon Harbour 648 gems × 1.")).to_be_visible()
    row(page, "Star Abyss").remove()
    page.get_by_role("button", name="Put it back").click()
    row(page, "Moon Harbour").part.get_by_role("spinbutton").fill("2")
    page.keyboard.press("Enter")
    total(page, "¥295.00")
    row(page, "Star Abyss").tick(False)
    page.get_by_role("button", name="Update the total").click()
    total(page, "¥10.00")
    row(page, "Star Abyss").tick(True)
    row(page, "Moon Harbour").part.get_by_role("spinbutton").fill("1")
    page.get_by_role("button", name="To the checkout").locator("visible=true").click()
    expect(page).to_have_url(CHECKOUT)
    pay_as_guest(page, "¥290.00")


def test_a_button_that_has_the_focus_when_a_change_is_sent_is_not_pressed(shelf: list[Sku], visit: Visit) -> None:
    page = visit(ENGLISH)
    put(page, *shelf)
    page.goto("/cart/")
    row(page, "Star Abyss").part.get_by_role("spinbutton").fill("2")
    row(page, "Star Abyss").part.get_by_role("button", name="Remove").focus()
    total(page, "¥201.00")
    settled(page)
    expect(page.locator("[data-line]")).to_have_count(2)


def test_from_more_than_there_is_one_press_leads_back(shelf: list[Sku], visit: Visit) -> None:
    few = goods("Few", units=4)
    page = visit(ENGLISH)
    put(page, few)
    page.goto("/cart/")
    for way in ("One less", "Make it 4"):
        row(page, "Few").part.get_by_role("spinbutton").fill("9")
        page.keyboard.press("Tab")
        expect(row(page, "Few").part).to_contain_text("Only 4 pieces are left.")
        expect(page.get_by_text("Nothing in your cart can be bought right now.")).to_be_visible()
        row(page, "Few").part.get_by_role("button", name=way).click()
        total(page, "¥392.00")
    expect(page.locator(f"#quantity-{few.pk}")).to_be_focused()
