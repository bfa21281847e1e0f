"""Where it goes, in a browser: judged when a field is left, compared before it is paid, and all of it without scripts."""

import re

import pytest
from playwright.sync_api import Page, expect

from shop.catalog.models import Sku
from shop.orders.models import Order, OrderLine
from tests.harness import axe
from tests.harness.browsers import Look, Visit
from tests.harness.fixtures import Site
from tests.storefront.asking import QQ, ROLE, top_up

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ENGLISH = Look(locale="en")
PHONE = Look(width=360, height=740, dark=True, touch=True, locale="en")
PLAIN = Look(locale="en", javascript=False)


@pytest.fixture
def goods(shelf: list[Sku]) -> Sku:
    """A top-up of Star Abyss that asks for a role id and, if one likes, a QQ number."""
    return top_up(ROLE | {"where": "Tap your portrait."}, QQ, of=shelf[0].listing, value="30")


def at_checkout(page: Page, goods: Sku) -> None:
    page.goto(f"/checkout/?sku={goods.pk}&quantity=1")


def pay(page: Page) -> None:
    page.get_by_role("button", name="Pay ¥98.00").locator("visible=true").click()


@pytest.mark.parametrize("look", [ENGLISH, PHONE], ids=["desktop", "phone"])
def test_what_is_filled_in_is_compared_before_anything_is_pressed(goods: Sku, visit: Visit, look: Look) -> None:
    page = visit(look)
    at_checkout(page, goods)
    assert axe.violations(page) == []
    page.get_by_label("E-mail").fill("bob@example.com")
    page.get_by_label("Role ID").fill("１０８２774365")
    page.get_by_label("Role ID").press("Tab")
    expect(page.locator("#compare dd")).to_have_text("1082 7743 65")
    expect(page.locator("#km-say")).to_have_text("Now compare where it goes, and tick that it is right.")
    expect(page.get_by_label("Role ID")).to_have_value("1082 7743 65")
    page.get_by_label("Yes, this is right").check()
    assert axe.violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    pay(page)
    expect(page).to_have_url(re.compile("/sandbox/"))
    assert [each["value"] for each in OrderLine.objects.get().recipient] == ["1082774365"]


def test_on_leaving_a_field_only_that_one_is_judged_and_the_focus_moves_on(goods: Sku, visit: Visit) -> None:
    page = visit(ENGLISH)
    at_checkout(page, goods)
    page.get_by_label("QQ").fill("0123456")
    page.get_by_label("QQ").press("Shift+Tab")
    expect(page.get_by_label("QQ")).to_have_accessible_description(re.compile("A QQ number does not start with 0"))
    expect(page.get_by_label("Role ID")).not_to_have_attribute("aria-invalid", "true")
    page.get_by_label("Role ID").fill("1082774365")
    page.get_by_label("QQ").fill("10001")
    page.get_by_label("E-mail").focus()
    expect(page.get_by_label("QQ")).not_to_have_attribute("aria-invalid", "true")
    expect(page.locator("#compare dd")).to_have_text(["1082 7743 65", "1000 1"])
    expect(page.get_by_label("E-mail")).to_be_focused()


def test_pressing_pay_without_the_tick_says_what_is_left_to_do(goods: Sku, visit: Visit) -> None:
    page = visit(ENGLISH)
    at_checkout(page, goods)
    page.get_by_label("E-mail").fill("bob@example.com")
    page.get_by_label("Role ID").fill("1082774365")
    pay(page)
    told = page.get_by_role("alert")
    expect(told).to_contain_text("Compare where it goes, and tick that it is right.")
    assert axe.violations(page) == []
    told.get_by_role("link").click()
    expect(page.get_by_label("Yes, this is right")).to_be_focused()
    page.keyboard.press("Space")
    pay(page)
    expect(page).to_have_url(re.compile("/sandbox/"))
    assert Order.objects.count() == 1


def test_a_changed_value_takes_the_tick_back(goods: Sku, visit: Visit) -> None:
    page = visit(ENGLISH)
    at_checkout(page, goods)
    page.get_by_label("Role ID").fill("1082774365")
    page.get_by_label("Role ID").press("Tab")
    page.get_by_label("Yes, this is right").check()
    page.get_by_role("link", name="No, change it").click()
    expect(page.get_by_label("Role ID")).to_be_focused()
    page.get_by_label("Role ID").fill("1082774366")
    page.get_by_label("Role ID").press("Tab")
    expect(page.locator("#compare dd")).to_have_text("1082 7743 66")
    expect(page.get_by_label("Yes, this is right")).not_to_be_checked()


def test_without_scripts_it_takes_one_page_more(goods: Sku, site: Site, visit: Visit) -> None:
    page = visit(PLAIN)
    at_checkout(page, goods)
    page.get_by_label("E-mail").fill("bob@example.com")
    page.get_by_label("Role ID").fill("1082774365")
    pay(page)
    expect(page.locator("#compare dd")).to_have_text("1082 7743 65")
    page.get_by_label("Yes, this is right").check()
    pay(page)
    expect(page).to_have_url(re.compile("/sandbox/"))
