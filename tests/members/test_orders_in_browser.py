"""My orders in a browser: everybody can use it, in every look, and without scripts."""

import datetime as dt
from itertools import product

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from fulfillment.delivery.clock import refund_overdue
from kameng.lib import clock
from shop.orders.models import OrderLine
from tests import factories as f
from tests.harness import axe
from tests.harness.browsers import Visit
from tests.harness.fixtures import Site
from tests.harness.scale import scale
from tests.members.people import ENGLISH, LOOKS, PLAIN, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = ["full", "empty", "nothing found", "guest"]
FEW = [
    ("full", "phone"),
    ("full", "dark"),
    ("empty", "English, dark phone"),
    ("nothing found", "desktop"),
    ("guest", "phone"),
]


def fill() -> None:
    """Alice's orders: one of each kind of state."""
    by = f.buyer(user=f.member("Alice"))
    f.delivered_order(quantity=2, by=by)
    refund = f.pay_order(f.place_order(f.sku(units=1, of=f.listing("Sun")), by=by))
    OrderLine.objects.filter(order=refund).update(refund_by=clock.now() - dt.timedelta(seconds=1))
    refund_overdue(line_id=f.line_of(refund).pk, now=clock.now())
    f.pay_order(f.place_order(f.sku(units=1, of=f.listing("Moon")), by=by), now=clock.now() - dt.timedelta(minutes=9))
    goods = [f.sku(units=1, of=f.listing(f"A product with quite a long name {n}")) for n in range(4)]
    f.place_order(*goods, by=by)


def seen(site: Site, page: Page, what: str) -> Page:
    """One of the states of the page."""
    if what == "guest":
        page.goto(reverse("order_link", args=[f.delivered_order(by=f.buyer("Bob")).token]))
    else:
        fill() if what != "empty" else f.member("Alice")
        sign_in(site, page, "Alice")
    page.goto(reverse("orders") + ("?q=no such thing" if what == "nothing found" else ""))
    return page


@pytest.mark.drill
@pytest.mark.parametrize(("what", "look"), scale(FEW, list(product(PAGES, LOOKS))))
def test_everybody_can_use_it(site: Site, visit: Visit, what: str, look: str) -> None:
    page = seen(site, visit(LOOKS[look]), what)
    assert axe.violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.smoke
def test_alice_finds_an_order_and_goes_on_with_it(site: Site, visit: Visit) -> None:
    page = seen(site, visit(ENGLISH), "full")
    expect(page.get_by_role("link", name="My orders")).to_have_attribute("aria-current", "page")
    page.get_by_role("searchbox", name="Order number or product").fill("long NAME 2")
    page.keyboard.press("Enter")
    expect(page.get_by_role("listitem").filter(has_text="A product with quite a long name 0")).to_have_count(1)
    page.get_by_role("link", name="Go and pay").click()
    expect(page).to_have_title("Pay · 卡盟")


def test_without_scripts_the_keys_are_two_presses_away(site: Site, visit: Visit) -> None:
    page = seen(site, visit(PLAIN), "full")
    page.get_by_role("link", name="Arrived").click()
    page.get_by_role("link", name="See the keys").click()
    expect(page.get_by_role("button", name="Show all 2")).to_be_visible()
