"""The cashier's page in a browser."""

import re

import pytest
from playwright.sync_api import expect

from shop.orders.models import OrderStatus
from tests.harness import axe
from tests.harness.browsers import DESKTOP, PHONE, Look, Visit
from tests.harness.fixtures import Site
from tests.payments.test_cashier import states
from tests.payments.world import started

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]

LOOKS = {
    "desktop": DESKTOP,
    "phone": PHONE,
    "dark": Look(dark=True),
    "English, dark phone": Look(width=360, height=740, dark=True, locale="en"),
}


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS.keys())
def test_everybody_can_use_it(site: Site, visit: Visit, look: Look) -> None:
    page = visit(look)
    page.goto(started().pay_url)
    assert axe.violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.smoke
def test_keyboard_alone_pays(site: Site, visit: Visit) -> None:
    payment = started()
    # This browser never placed the order: the way back shows it nothing, and the money is in all the same.
    page = visit(DESKTOP, strict=False)
    page.goto(payment.pay_url)
    button = page.locator("button[name=press][value=pay]")
    button.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/pay/r/"))
    assert states(payment)[1] == OrderStatus.PAID
