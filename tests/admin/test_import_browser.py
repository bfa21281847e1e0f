"""A merchant who has never done it imports a spreadsheet as people have them, guided by nothing but the pages."""

from typing import Any

import pytest
from playwright.sync_api import FilePayload, Page, expect

from kameng.accounts.roles import MerchantRole
from kameng.lib import clock, crypto
from shop.catalog.models import Sku
from shop.inventory import by_parts
from shop.inventory.models import Batch, Intake, Secret
from tests import factories
from tests.admin.people import staff
from tests.admin.test_browser import sign_in
from tests.harness.browsers import PHONE, Visit
from tests.harness.fixtures import Site
from tests.inventory.books import xlsx

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

KEYS = [f"KM{n:04}-ABCD-{n * 7919 % 10000:04}" for n in range(1000)]
GOOD = 500


def messy_book() -> bytes:
    """A title, gaps, a heading, other columns; spaces around, a key twice, full-width digits, numbers that are spoiled."""
    rows: list[list[Any]] = [["2026 库存（请勿外传）"], [], ["序号", "卡密", "面值", "备注"]]
    rows += [[n + 1, f"  {key} " if n % 100 == 7 else key, 50, "新" if n % 3 else None] for n, key in enumerate(KEYS[:GOOD])]
    rows.insert(200, [])
    rows.append([501, KEYS[0], 50])
    rows.append([502, "KM\uff11\uff12\uff13\uff14-ABCD-0001", 50])
    rows.append([503, 1234567890123456789, 50])
    rows.append([504, "KM9999\u200b-ABCD-1", 50])
    rows.append([505, None, 50])
    return xlsx({"库存": rows, "说明": [["只看第一页"]]})


def messy_csv() -> bytes:
    rest = [f'{n},"{key}",50' for n, key in enumerate(KEYS[GOOD:], start=1)]
    lines = ["编号,激活码,金额", "", *rest, "9001,1.23457E+15,50", f"9002,{KEYS[0]},50", "", ""]
    return "\r\n".join(lines).encode("gb18030")


def begin(page: Page, sku: Sku) -> None:
    sign_in(page, staff("Stock", sku.listing.merchant, MerchantRole.CATALOGUE).email)
    page.goto("/admin/inventory/batch/")
    page.locator("a[href='/admin/inventory/batch/add/']").first.click()
    page.locator("select[name=sku]").select_option(str(sku.pk))


def choose(page: Page, name: str, content: bytes) -> None:
    file: FilePayload = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    page.locator("input[type=file]").set_input_files(files=[file])
    page.get_by_role("button", name="预览", exact=True).click()


def told(page: Page) -> dict[str, int]:
    expect(page.locator("[data-count=new]")).to_be_visible()
    names = ("new", "repeated", "known", "malformed")
    return {name: int(page.locator(f"[data-count={name}]").inner_text()) for name in names}


def stored() -> set[str]:
    return {crypto.ring().open(row.sealed, row.place).decode() for row in Secret.objects.all()}


@pytest.mark.parametrize("look", [{}, {"look": PHONE}], ids=["desktop", "phone"])
def test_a_thousand_keys_come_in_from_two_messy_files(site: Site, visit: Visit, look: dict[str, Any]) -> None:
    sku = factories.sku()
    page = visit(**look)
    begin(page, sku)
    choose(page, "库存.xlsx", messy_book())
    assert told(page) == {"new": GOOD + 1, "repeated": 1, "known": 0, "malformed": 2}
    expect(page.get_by_label("B · 卡密")).to_be_checked()
    expect(page.get_by_label("C · 面值")).not_to_be_checked()
    expect(page.locator("[data-lines=skipped] li")).to_have_count(3)
    with page.expect_download() as download:
        page.locator("button[name=rejects]").click()
    text = download.value.path().read_text("utf-8-sig")
    assert [line.split(",")[0] for line in text.splitlines()[1:]] == ["505", "507", "508"]
    page.locator("button[name=confirm]").click()
    page.wait_for_url("**/inventory/batch/*/change/")
    page.goto(f"/admin/inventory/batch/add/?sku={sku.pk}")
    choose(page, "keys.csv", messy_csv())
    assert told(page) == {"new": 1000 - GOOD, "repeated": 0, "known": 1, "malformed": 1}
    page.locator("button[name=confirm]").click()
    page.wait_for_url("**/inventory/batch/*/change/")
    assert stored() == {*KEYS, "KM\uff11\uff12\uff13\uff14-ABCD-0001"}
    assert sum(Batch.objects.values_list("new", flat=True)) == 1001


def test_the_page_of_a_large_import_goes_on_by_itself(site: Site, visit: Visit) -> None:
    sku = factories.sku()
    page = visit()
    begin(page, sku)
    choose(page, "keys.txt", "\n".join(f"KEY-{n:06}" for n in range(by_parts.PART + 1)).encode())
    page.locator("button[name=confirm]").click()
    page.wait_for_url("**/inventory/batch/*/progress/")
    expect(page.locator("[data-done='0']")).to_be_visible()
    intake = Intake.objects.get()
    by_parts.take_in(intake_id=intake.pk, now=clock.now())
    expect(page.locator(f"[data-done='{by_parts.PART}']")).to_be_visible()
    while by_parts.take_in(intake_id=intake.pk, now=clock.now()):
        pass
    expect(page.locator("[data-live=over]")).to_be_visible()
    expect(page.locator("[data-count=new]")).to_have_text(str(by_parts.PART + 1))
