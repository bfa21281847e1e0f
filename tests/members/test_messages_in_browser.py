"""Messages in a browser: everybody can use them, in every look, by keyboard and without scripts."""

import datetime as dt
from itertools import product

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from fulfillment.delivery.clock import refund_overdue
from kameng.lib import clock
from kameng.notices.preferences import stop_token
from shop.orders.models import OrderLine
from tests import factories as f
from tests.harness import axe
from tests.harness.browsers import Visit
from tests.harness.fixtures import Site
from tests.harness.scale import scale
from tests.members.people import ENGLISH, LOOKS, PLAIN, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = ["full", "empty", "settings", "stop", "stopped"]
FEW = [
    ("full", "phone"),
    ("full", "dark"),
    ("empty", "desktop"),
    ("settings", "English, dark phone"),
    ("stop", "dark"),
    ("stopped", "English, dark phone"),
]


def fill() -> None:
    """Alice's messages: some of today and yesterday, most of them new."""
    by = f.buyer(user=f.member("Alice"))
    with clock.at(clock.now() - dt.timedelta(days=1)):
        f.delivered_order(quantity=2, by=by)
    refund = f.pay_order(f.place_order(f.sku(units=1, of=f.listing("Sun")), by=by))
    OrderLine.objects.filter(order=refund).update(refund_by=clock.now() - dt.timedelta(seconds=1))
    refund_overdue(line_id=f.line_of(refund).pk, now=clock.now())
    goods = [f.by_hand(of=f.listing(f"A product with quite a long name {n}")) for n in range(3)]
    f.pay_order(f.place_order(*goods, by=by))


def seen(site: Site, page: Page, what: str) -> Page:
    """One of the states of the pages."""
    alice = f.member("Alice")
    if what in ("stop", "stopped"):
        page.goto(reverse("stop_mail", args=[stop_token(user_id=alice.pk, event="delivered")]))
        if what == "stopped":
            page.locator("main form button").click()
            expect(page.locator("main form")).to_have_count(0)
        return page
    if what == "full":
        fill()
    sign_in(site, page, "Alice")
    page.goto(reverse("message_settings" if what == "settings" else "messages"))
    return page


@pytest.mark.drill
@pytest.mark.parametrize(("what", "look"), scale(FEW, list(product(PAGES, LOOKS))))
def test_everybody_can_use_it(site: Site, visit: Visit, what: str, look: str) -> None:
    page = seen(site, visit(LOOKS[look]), what)
    assert axe.violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.smoke
def test_without_scripts_alice_follows_the_bell_to_what_came_and_reads_the_rest_away(site: Site, visit: Visit) -> None:
    fill()
    page = visit(PLAIN)
    sign_in(site, page, "Alice")
    page.goto("/")
    page.get_by_role("link", name="Messages 5 new").click()
    expect(page.get_by_role("heading", name="Yesterday")).to_be_visible()
    page.get_by_role("button", name="Star Abyss 648 gems × 2: it is here").click()
    expect(page.get_by_role("button", name="Show all 2")).to_be_visible()
    page.goto(reverse("messages"))
    page.get_by_role("button", name="Mark all as read").click()
    expect(page.get_by_role("link", name="Messages", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Mark all as read")).to_have_count(0)


def test_by_keyboard_alice_opens_the_first_message(site: Site, visit: Visit) -> None:
    page = seen(site, visit(ENGLISH), "full")
    first = page.get_by_role("main").get_by_role("listitem").first.get_by_role("button")
    first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_contain_text("A product with quite a long name 0 648 gems × 1")
    expect(page.get_by_role("link", name="Messages 4 new")).to_be_visible()


def test_alice_turns_mails_off_and_finds_it_so(site: Site, visit: Visit) -> None:
    page = seen(site, visit(PLAIN), "settings")
    page.get_by_role("checkbox", name="Payment received, By mail").uncheck()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved. It holds from the next message on.")).to_be_visible()
    expect(page.get_by_role("checkbox", name="Payment received, By mail")).not_to_be_checked()
    expect(page.get_by_role("checkbox", name="Payment received, In the shop")).to_be_checked()
