"""Everybody can use the admin, by day and by night: axe finds nothing, in the theme's own parts neither."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from kameng.audit.record import Actor
from kameng.lib import clock
from kameng.notices.alarms import raise_alarm
from kameng.notices.models import Alarm
from kameng.tasks.models import FailingRow
from shop.approvals.two_people import ask
from shop.inventory.export import Part, export_of
from shop.inventory.models import Batch
from shop.orders.models import OrderLine
from tests import factories
from tests.admin.people import platform, staff
from tests.admin.test_browser import sign_in
from tests.harness import axe
from tests.harness.browsers import Look, Visit
from tests.harness.fixtures import Site

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

both = pytest.mark.parametrize("look", [Look(), Look(dark=True)], ids=["light", "dark"])


@pytest.fixture
def line() -> OrderLine:
    """Something was sold, and something went wrong."""
    now = clock.now()
    raise_alarm(key="odd", kind="odd", subject="order:1", text="Odd thing", now=now)
    FailingRow.objects.create(controller="clock", row=7, attempts=3, since=now, next_try_at=now, problem="KeyError")
    return factories.line_of(factories.delivered_order())


def broken(page: Page, addresses: list[str]) -> dict[str, list[str]]:
    """What axe says of each page of which it says something."""
    found = {}
    for address in addresses:
        page.goto(address)
        expect(page.get_by_role("main")).to_be_visible()
        found[address] = axe.violations(page)
    return {address: said for address, said in found.items() if said}


@both
def test_everybody_can_sign_in_and_run_the_platform(site: Site, visit: Visit, line: OrderLine, look: Look) -> None:
    page = visit(look)
    assert broken(page, [reverse("admin:login")]) == {}
    sign_in(page, platform().email)
    assert page.locator("html.dark").count() == look.dark
    pages = [
        reverse("admin:index"),
        reverse("admin:orders_order_changelist"),
        reverse("admin:orders_order_change", args=[line.order_id]),
        reverse("admin:notices_alarm_changelist"),
        reverse("admin:notices_alarm_change", args=[Alarm.objects.get().pk]),
        reverse("admin:tasks_failingrow_changelist"),
    ]
    assert broken(page, pages) == {}


@both
def test_everybody_can_sell(site: Site, visit: Visit, line: OrderLine, look: Look) -> None:
    page = visit(look)
    sign_in(page, staff("Owner", line.merchant).email)
    pages = [
        reverse("admin:catalog_listing_changelist"),
        reverse("admin:catalog_listing_change", args=[line.sku.listing_id]),
        reverse("admin:inventory_batch_add"),
    ]
    assert broken(page, pages) == {}
    page.locator("select[name=sku]").select_option(str(line.sku_id))
    page.locator("textarea[name=text]").fill("AAA-1\nBAD\u200bLINE")
    page.locator("button[name=look]").click()
    expect(page.locator("[data-count=new]")).to_have_text("1")
    assert axe.violations(page) == []
    page.locator("textarea[name=text]").fill("卡密,面值\nAAA-1,5\nBAD\u200bLINE,5")
    page.locator("select[name=divider]").select_option("comma")
    page.locator("button[name=look]").first.click()
    expect(page.locator("input[name=columns]").first).to_be_visible()
    assert axe.violations(page) == []
    page.locator("button[name=confirm]").click()
    page.wait_for_url("**/inventory/batch/*/change/")
    batch = Batch.objects.latest("pk")
    pages = [reverse(f"admin:inventory_batch_{name}", args=[batch.pk]) for name in ("progress", "export", "withdraw")]
    pages.append(reverse("admin:inventory_stockunit_reveal", args=[batch.units.earliest("pk").pk]))
    assert broken(page, pages) == {}


@both
def test_everybody_can_be_the_second_person(site: Site, visit: Visit, line: OrderLine, look: Look) -> None:
    batch, asker, page = Batch.objects.latest("pk"), staff("Asker", line.merchant), visit(look)
    what, why = export_of(batch, Part.ALL), "Moving to another house"
    asked = ask(what=what, actor=Actor(asker.holder, "owner"), reason=why, now=clock.now())
    sign_in(page, staff("Owner", line.merchant).email)
    pages = [reverse("admin:approvals_approval_changelist"), reverse("admin:approvals_approval_change", args=[asked.pk])]
    assert broken(page, pages) == {}
    page.locator("button[name=approve]").click()
    expect(page.locator("[data-state]")).to_have_attribute("data-state", "APPROVED")
    assert axe.violations(page) == []
