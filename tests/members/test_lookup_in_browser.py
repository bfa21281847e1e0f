"""Finding an order by number and address in a browser: everybody can use it, without scripts and by keyboard."""

from itertools import product

import pytest
from django.core import mail
from django.urls import reverse
from playwright.sync_api import expect

from kameng.lib import clock
from kameng.tasks.registry import run_all
from tests import factories as f
from tests.harness import axe
from tests.harness.browsers import Visit
from tests.harness.fixtures import Site
from tests.harness.scale import scale
from tests.members.people import LOOKS, PLAIN

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = ["form", "errors", "sent"]
FEW = [("form", "phone"), ("errors", "English, dark phone"), ("errors", "desktop"), ("sent", "dark")]


@pytest.mark.drill
@pytest.mark.parametrize(("what", "look"), scale(FEW, list(product(PAGES, LOOKS))))
def test_everybody_can_use_it(site: Site, visit: Visit, what: str, look: str) -> None:
    page = visit(LOOKS[look])
    page.goto(reverse("lookup_sent" if what == "sent" else "lookup"))
    if what == "errors":
        page.locator("#id_number").fill("ABCD-EFGH")
        page.locator("#id_email").fill("alice@qq")
        page.locator("main form button").click()
        expect(page.get_by_role("alert")).to_be_focused()
    assert axe.violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.smoke
def test_alice_lost_her_link_and_gets_it_again_with_keyboard_alone_and_without_scripts(site: Site, visit: Visit) -> None:
    order = f.delivered_order(by=f.buyer("Alice"))
    page = visit(PLAIN)
    page.goto("/")
    page.get_by_role("link", name="Find an order").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Order number").focus()
    page.keyboard.type(order.shown_number)
    page.keyboard.press("Tab")
    page.keyboard.type("alice@example.com")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()
    run_all(now=clock.now(), only={"lookup", "mail"})
    link = next(
        word for message in mail.outbox if "link" in message.subject for word in message.body.split() if "/o/k/" in word
    )
    page.goto(link)
    expect(page.get_by_role("button", name="Show key 1")).to_be_visible()
