"""The admin in a real browser: nothing is blocked by its policy, nothing goes wrong in its console, nothing is boxed in."""

from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Page, expect

from kameng.accounts.models import User
from kameng.accounts.roles import MerchantRole
from shop.inventory.models import Batch
from tests import factories
from tests.admin.people import platform, signed_in, staff
from tests.harness.browsers import PHONE, Visit
from tests.harness.fixtures import Site

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def sign_in(page: Page, email: str) -> None:
    """The page's browser is this person's, who has shown a second factor; the way there is walked in tests/security."""
    cookie = signed_in(User.objects.get(email=email)).cookies[settings.SESSION_COOKIE_NAME]
    page.goto("/admin/login/")
    here = page.evaluate("location.origin")
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": here}])
    page.goto("/admin/")
    expect(page.locator("#nav-sidebar, #page").first).to_be_visible()


@pytest.mark.smoke
def test_every_page_opens_without_a_complaint(site: Site, visit: Visit) -> None:
    order = factories.delivered_order()
    page = visit()
    sign_in(page, platform().email)
    links = page.locator("#nav-sidebar-apps a, nav a[href^='/admin/'], aside a[href^='/admin/']")
    addresses = sorted({link.get_attribute("href") or "" for link in page.locator("a[href^='/admin/']").all()})
    assert len(addresses) >= 15, links
    for address in addresses:
        if "logout" not in address:
            page.goto(address)
            expect(page.locator("h1").first).to_be_visible()
    page.goto(reverse("admin:orders_order_change", args=[order.pk]))
    expect(page.get_by_text(order.shown_number).first).to_be_visible()


@pytest.mark.parametrize("look", [{}, {"look": PHONE}], ids=["desktop", "phone"])
def test_a_merchant_imports_by_hand(site: Site, visit: Visit, look: dict[str, Any]) -> None:
    sku = factories.sku()
    page = visit(**look)
    sign_in(page, staff("Stock", sku.listing.merchant, MerchantRole.CATALOGUE).email)
    page.goto("/admin/inventory/batch/add/")
    page.locator("select[name=sku]").select_option(str(sku.pk))
    page.locator("textarea[name=text]").fill("AAA-1\n1%0A2\n\nBAD\u200bLINE\nAAA-1\n 007 ")
    page.locator("button[name=look]").click()
    expect(page.locator("[data-count=new]")).to_have_text("3")
    expect(page.locator("[data-count=malformed]")).to_have_text("1")
    expect(page.locator("[data-row='4'] mark")).to_have_text("U+200B")
    page.locator("button[name=confirm]").click()
    page.wait_for_url("**/inventory/batch/*/change/")
    assert Batch.objects.get(sku=sku, source__gt="", new=3).malformed == 1


def test_a_long_import_says_that_it_works_and_is_not_sent_twice(site: Site, visit: Visit) -> None:
    sku = factories.sku()
    page = visit()
    sign_in(page, staff("Stock", sku.listing.merchant, MerchantRole.CATALOGUE).email)
    page.goto("/admin/inventory/batch/add/")
    page.locator("select[name=sku]").select_option(str(sku.pk))
    page.locator("textarea[name=text]").fill("AAA-1\nAAA-2")
    # An answer without content leaves the page as it is while it waits for one.
    page.route("**/batch/add/", lambda route: route.fulfill(status=204))
    page.locator("button[name=look]").click()
    expect(page.get_by_role("button", name="正在处理 …")).to_be_disabled()
    expect(page.get_by_role("status").filter(has_text="半分钟")).to_be_visible()
    expect(page.locator("form[data-working] button:enabled")).to_have_count(0)
