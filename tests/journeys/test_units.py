"""An account, chosen by its description, paid, and opened: the right one, with the real server and worker."""

import re

import pytest
from playwright.sync_api import expect

from tests import factories
from tests.harness import axe
from tests.harness.browsers import DESKTOP, PHONE, Look, Visit
from tests.harness.fixtures import Site
from tests.harness.servers import Process
from tests.journeys import world

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


@pytest.mark.parametrize("look", [DESKTOP, PHONE], ids=["desktop", "360 px"])
def test_the_account_that_was_chosen_is_the_one_that_is_revealed(
    served: Site, real_worker: Process, visit: Visit, look: Look
) -> None:
    page_of = factories.listing("山海纪 成品号", slug="accounts", brand="山海纪", glyph="山")
    factories.accounts({"剑修 华东一服": "jian----1", "丹师 华南一服": "dan----2", "阵修 华北一服": "zhen----3"}, of=page_of)
    factories.gateway_account()
    page = visit(look)
    page.goto("/p/accounts/")
    buy = page.get_by_role("button", name=re.compile("立即购买")).locator("visible=true").first
    buy.click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    assert axe.violations(page) == []
    page.get_by_label("丹师 华南一服").check()
    buy.click()
    expect(page).to_have_url(re.compile("/checkout/"))
    expect(page.get_by_text("丹师 华南一服").locator("visible=true").first).to_be_visible()
    page.locator("input[type=email]").fill("guest@example.com")
    assert axe.violations(page) == []
    world.submit(page)
    world.pay_at_the_cashier(page)
    expect(page).to_have_url(re.compile(r"/o/\w{16}/"))
    page.get_by_role("button", name=re.compile("^显示")).first.click()
    expect(page.locator("[data-secret]")).to_have_text("dan----2")
    expect(page.get_by_text("丹师 华南一服").locator("visible=true").first).to_be_visible()
    assert axe.violations(page) == []
