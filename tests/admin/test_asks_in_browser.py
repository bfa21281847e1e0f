"""Composing fields in a real browser: what buyers see follows what is typed, by keyboard, on a phone, and for everybody."""

import re
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import FrameLocator, Locator, Page, expect

from kameng.accounts.roles import MerchantRole
from shop.catalog.models import Kind, Sku
from tests import factories
from tests.admin.people import staff
from tests.admin.test_browser import sign_in
from tests.harness import axe
from tests.harness.browsers import Look, Visit
from tests.harness.fixtures import Site
from tests.lib.inputs_page import EVERYTHING

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ENGLISH = Look(locale="en-US")
looks = pytest.mark.parametrize(
    "look", [Look(), Look(dark=True), Look(width=390, height=844, touch=True)], ids=["light", "dark", "phone"]
)


def at_the_page(page: Page, **fields: Any) -> Sku:
    """A SKU whose page is open."""
    sku = factories.by_hand(kind=Kind.TOP_UP, **fields)
    sign_in(page, staff("Cat", sku.listing.merchant, MerchantRole.CATALOGUE).email)
    page.goto(reverse("admin:catalog_sku_change", args=[sku.pk]))
    if page.locator("a[href$='/asks/']").is_visible():
        page.locator("a[href$='/asks/']").click()
    else:
        # On a phone it stands in a menu.
        page.goto(reverse("admin:catalog_sku_asks", args=[sku.pk]))
    expect(page.locator("#compose")).to_be_visible()
    return sku


def seen(page: Page) -> FrameLocator:
    return page.frame_locator("#preview")


def label(page: Page, number: int) -> Locator:
    return page.locator("#compose input[name$=-label]").nth(number - 1)


@pytest.mark.smoke
def test_what_is_typed_is_seen_as_buyers_will_see_it_and_kept_only_by_saving(site: Site, visit: Visit) -> None:
    page = visit(ENGLISH)
    sku = at_the_page(page, on_sale=False)
    page.locator("select[name=type]").select_option("server")
    page.locator("button[value=add]").click()
    expect(label(page, 1)).to_be_focused()
    expect(seen(page).locator(".km-note")).to_be_visible()
    page.locator("textarea[name$=-param_regions]").fill("华东：一服，二服\n华南：三服")
    expect(seen(page).locator("select optgroup")).to_have_count(2)
    label(page, 1).fill("你的区服")
    expect(seen(page).locator("legend")).to_have_text("你的区服")
    assert Sku.objects.get(pk=sku.pk).recipient_fields == []
    label(page, 1).press("Enter")
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert [each["label"] for each in Sku.objects.get(pk=sku.pk).recipient_fields] == ["你的区服"]


def test_buyers_see_exactly_what_the_preview_showed(site: Site, visit: Visit) -> None:
    page = visit(ENGLISH)
    sku = at_the_page(page, recipient_fields=EVERYTHING)
    page.locator("input[name=role-label]").fill("游戏角色")
    expect(seen(page).get_by_text("游戏角色").first).to_be_visible()
    told = seen(page).locator(".km-pad > div").all_inner_texts()
    page.locator("button.is-main").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    page.goto(f"{reverse('checkout')}?sku={sku.pk}&quantity=1")
    asked = page.locator("[aria-labelledby=where] .km-pad > div > *").all_inner_texts()
    assert [_words(each) for each in told] == [_words(each) for each in asked]
    assert len(asked) == len(EVERYTHING)


def _words(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


@looks
def test_everybody_can_compose(site: Site, visit: Visit, look: Look) -> None:
    page = visit(look)
    at_the_page(page, recipient_fields=EVERYTHING)
    assert axe.violations(page) == []
    label(page, 1).fill("")
    page.locator("button.is-main").click()
    expect(page.locator("#problems")).to_be_focused()
    assert axe.violations(page) == []
    width = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert width[0] <= width[1]


def test_by_keyboard_alone_the_focus_stays_where_one_works(site: Site, visit: Visit) -> None:
    page = visit(ENGLISH)
    at_the_page(page, recipient_fields=EVERYTHING[:3])
    down = page.locator("#down-server")
    down.focus()
    page.keyboard.press("Enter")
    expect(page.locator("legend").first).to_contain_text("1 · Role id")
    expect(page.locator("#down-server")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#up-server")).to_be_focused()
    page.locator("button[value='remove:role']").press("Enter")
    expect(page.locator("#id_type")).to_be_focused()
    expect(page.locator("#compose fieldset")).to_have_count(2)


def test_a_preview_that_cannot_be_had_is_said_and_nothing_is_lost(site: Site, visit: Visit) -> None:
    page = visit(ENGLISH, strict=False)
    at_the_page(page, recipient_fields=EVERYTHING[:1])
    page.route("**/asks/preview/", lambda route: route.abort())
    label(page, 1).fill("服务器")
    expect(page.get_by_text("could not be refreshed")).to_be_visible()
    page.unroute("**/asks/preview/")
    label(page, 1).fill("服务器名")
    expect(seen(page).locator("legend")).to_have_text("服务器名")
    expect(page.get_by_text("could not be refreshed")).to_have_count(0)
