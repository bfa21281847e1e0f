"""Signing up and in by code in a browser: everybody can use it, without scripts, in both languages."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests import factories as f
from tests.harness import axe
from tests.harness.browsers import Visit
from tests.harness.fixtures import Site
from tests.harness.scale import scale
from tests.letters import newest_code
from tests.members.people import LOOKS, PLAIN

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def asks_for_code(page: Page) -> None:
    """Somebody without an account asks for a code to sign in."""
    page.goto(reverse("account_request_login_code"))
    page.locator("#id_email").fill("nobody@example.com")
    page.locator("main form button").first.click()


@pytest.mark.drill
@pytest.mark.parametrize("look", scale(["phone", "English, dark phone"], list(LOOKS)))
def test_everybody_can_use_it(site: Site, visit: Visit, look: str) -> None:
    page = visit(LOOKS[look])
    page.goto(reverse("account_login"))
    assert axe.violations(page) == []
    asks_for_code(page)
    page.locator("#id_code").fill("1")
    page.locator("main form button").first.click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert axe.violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.smoke
def test_alice_opens_an_account_without_scripts_and_finds_what_she_bought_before(site: Site, visit: Visit) -> None:
    order = f.delivered_order(by=f.buyer("Alice"))
    page = visit(PLAIN)
    page.goto(reverse("account_signup"))
    page.locator("#id_email").fill("alice@example.com")
    page.locator("#id_password1").fill("a long pass phrase")
    page.locator("#id_password2").fill("a long pass phrase")
    page.get_by_role("button", name="Open an account").click()
    page.get_by_label("Code").fill(newest_code())
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("1 order that you placed as a guest is among yours now.")).to_be_visible()
    page.get_by_role("link", name="My orders").click()
    expect(page.get_by_text(order.shown_number)).to_be_visible()
