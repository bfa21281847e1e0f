"""A composed recipient on a page: for everybody, in a browser and without scripts."""

import pytest
from playwright.sync_api import Page, expect

from tests.harness import axe
from tests.harness.browsers import DESKTOP, PHONE, Look, Visit
from tests.harness.fixtures import Site

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ENGLISH = Look(locale="en")
PLAIN = Look(locale="en", javascript=False)
LOOKS = {
    "desktop": DESKTOP,
    "phone, dark": Look(width=360, height=740, dark=True, touch=True),
    "English, dark, narrowest": Look(width=320, height=640, dark=True, locale="en", touch=True),
}


@pytest.fixture(autouse=True)
def inputs(settings: object) -> None:
    settings.ROOT_URLCONF = "tests.lib.inputs_page"  # type: ignore[attr-defined]


def send(page: Page) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name="Pay").click()


def fill(page: Page, role: str = "1082774365", phone: str = "13800138000") -> None:
    page.get_by_label("Region").select_option("国服 · 安卓")
    page.get_by_label("Server").select_option(label="华东一服")
    page.get_by_label("角色 ID", exact=True).fill(role)
    page.get_by_label("接收通知的手机").fill(phone)


@pytest.mark.parametrize("look", LOOKS)
def test_everybody_can_fill_it_in(site: Site, visit: Visit, look: str) -> None:
    page = visit(LOOKS[look])
    page.goto("/inputs/everything/")
    page.locator("summary", has=page.locator(".sr-only")).first.click()
    assert axe.violations(page) == []
    send(page)
    assert page.locator('[aria-invalid="true"]').count() == 10
    assert axe.violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.goto("/inputs/game/")
    page.locator("#id_to-server-region").select_option("国服 · 安卓")
    page.locator("#id_to-server-server").select_option(label="华东一服")
    page.locator("#id_to-role").fill("1082774365")
    page.locator("#id_to-phone").fill("13800138000")
    send(page)
    assert page.get_by_role("checkbox").count() == 1
    assert axe.violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_on_leaving_it_says_how_many_are_missing(site: Site, visit: Visit) -> None:
    page = visit(ENGLISH)
    page.goto("/inputs/game/")
    phone = page.get_by_label("接收通知的手机")
    phone.press_sequentially("1380013204")
    expect(phone).not_to_have_attribute("aria-invalid", "true")
    phone.press("Tab")
    expect(phone).to_have_attribute("aria-invalid", "true")
    expect(phone).to_have_accessible_description("1 missing: you typed 10")
    expect(page.locator("#km-say")).to_have_text("1 missing: you typed 10")
    phone.press("End")
    phone.press("0")
    expect(phone).not_to_have_attribute("aria-invalid", "true")
    expect(phone).to_have_accessible_description("")


@pytest.mark.parametrize("typed", ["+86 138 0013 8000", "8613800138000"[2:], "138-0013-8000", "028 8888 6666", "", "中文"])
def test_what_only_the_server_can_judge_the_page_leaves_to_it(site: Site, visit: Visit, typed: str) -> None:
    page = visit(ENGLISH)
    page.goto("/inputs/game/")
    phone = page.get_by_label("接收通知的手机")
    phone.fill(typed)
    phone.blur()
    expect(phone).not_to_have_attribute("aria-invalid", "true")


def test_the_page_says_the_same_as_the_server(site: Site, visit: Visit) -> None:
    page = visit(ENGLISH)
    page.goto("/inputs/game/")
    fill(page, role="1082 774", phone="1380013800012")
    page.get_by_label("接收通知的手机").blur()
    said = ["2 missing: you typed 7, it takes 9 to 10", "2 too many: you typed 13"]
    expect(page.locator("form p.text-seal-ink\\!:visible")).to_have_text(said)
    send(page)
    expect(page.locator("form p.text-seal-ink\\!:visible")).to_have_text(said)


def test_only_servers_of_the_region_are_offered(site: Site, visit: Visit) -> None:
    page = visit(ENGLISH)
    page.goto("/inputs/game/")
    servers = page.get_by_label("Server").locator("option:not([value=''])")
    expect(servers).to_have_text(["华东一服", "华东二服", "华南一服", "苹果一服", "华东一服"])
    page.get_by_label("Region").select_option("国服 · iOS")
    expect(servers).to_have_text(["苹果一服", "华东一服"])
    page.get_by_label("Server").select_option(label="苹果一服")
    page.get_by_label("Region").select_option("国服 · 安卓")
    expect(servers).to_have_text(["华东一服", "华东二服", "华南一服"])
    expect(page.get_by_label("Server")).to_have_value("")


def test_a_server_brings_its_region(site: Site, visit: Visit) -> None:
    page = visit(ENGLISH)
    page.goto("/inputs/game/")
    page.get_by_label("Server").select_option("国服 · iOS / 华东一服")
    expect(page.get_by_label("Region")).to_have_value("国服 · iOS")
    expect(page.get_by_label("Server")).to_have_value("国服 · iOS / 华东一服")


@pytest.mark.parametrize("look", [ENGLISH, PLAIN, PHONE], ids=["scripts", "no scripts", "Chinese phone"])
def test_the_stored_value_is_confirmed_and_a_change_unsettles_it(site: Site, visit: Visit, look: Look) -> None:
    page = visit(look)
    page.goto("/inputs/game/")
    page.locator("#id_to-server-server").select_option("国服 · 安卓 / 华东一服")
    page.locator("#id_to-role").fill("１０８２７７４３６５")
    page.locator("#id_to-phone").fill("+86 138 0013 8000")
    send(page)
    block = page.get_by_role("region", name="2 · 核对是不是这个角色")
    expect(block.locator("dd")).to_have_text(["国服 · 安卓 / 华东一服", "1082 7743 65", "138 0013 8000"])
    block.get_by_role("checkbox").check(force=True)
    page.locator("#id_to-role").fill("1082774366")
    send(page)
    expect(block.get_by_role("checkbox")).not_to_be_checked()
    expect(block.get_by_role("checkbox")).to_have_accessible_description("请先核对。")
    expect(block.locator("dd").nth(1)).to_have_text("1082 7743 66")
    block.get_by_role("checkbox").check(force=True)
    send(page)
    expect(page.get_by_role("button", name="OK")).to_be_visible()


def test_no_change_it_leads_to_the_first_input(site: Site, visit: Visit) -> None:
    page = visit(PLAIN)
    page.goto("/inputs/game/")
    fill(page)
    send(page)
    page.get_by_role("link", name="No, change it").click()
    expect(page.get_by_label("Region")).to_be_focused()


def test_where_to_find_it_opens_by_keyboard_and_without_scripts(site: Site, visit: Visit) -> None:
    page = visit(PLAIN)
    page.goto("/inputs/game/")
    where = page.get_by_text("打开游戏，点左上角头像")
    expect(where).to_be_hidden()
    page.locator("summary", has_text="Where do I find it?").press("Enter")
    expect(where).to_be_visible()
