"""The head of a page on the smallest phones: nothing is cut off, whoever looks and whatever stands in it."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from shop.catalog.models import Sku
from tests import factories as f
from tests.admin.test_browser import sign_in
from tests.harness.browsers import Look, Visit
from tests.harness.fixtures import Site

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

#: Elements of the head in which more stands than is seen, and what reaches beyond the window.
CUT = """() => [...document.querySelectorAll("header.km-top *")]
  .filter((e) => e.checkVisibility() && e.clientWidth > 1 && getComputedStyle(e).overflow === "hidden")
  .filter((e) => e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1)
  .map((e) => e.textContent.trim())"""


def whole(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator("header.km-top")).to_be_visible()
    assert page.evaluate(CUT) == [], address
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address


@pytest.mark.parametrize("width", [320, 360])
def test_nothing_in_the_head_is_cut_off(site: Site, visit: Visit, shelf: list[Sku], width: int) -> None:
    sku = shelf[0]
    pages = [reverse("home"), f"{reverse('checkout')}?sku={sku.pk}&quantity=1", reverse("account_login")]
    page = visit(Look(width=width, height=640, locale="en", touch=True))
    for address in pages:
        whole(page, address)
    sign_in(page, f.member("Alice", is_staff=True).email)
    for address in pages[:2]:
        whole(page, address)
