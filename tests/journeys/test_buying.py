"""From the first page to the card key, with the real server, the real worker and a real browser."""

import re

import pytest
from playwright.sync_api import Page, expect

from kameng.accounts.models import User
from shop.orders.models import Order, OrderStatus
from tests import factories
from tests.harness import axe
from tests.harness.browsers import DESKTOP, PHONE, Look, Visit
from tests.harness.fixtures import Site
from tests.harness.servers import Process
from tests.journeys import world

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


def open_keys(page: Page, count: int) -> list[str]:
    """Open all keys of the order with one press; returns them as shown."""
    every = f"^显示全部 {count}" if count > 1 else "^显示"
    page.get_by_role("button", name=re.compile(every)).first.click()
    expect(page.locator("[data-secret]")).to_have_count(count)
    return [text.strip() for text in page.locator("[data-secret]").all_inner_texts()]


@pytest.mark.smoke
@pytest.mark.parametrize("look", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_guest_buys_three_keys_and_watches_them_arrive(
    served: Site, real_worker: Process, visit: Visit, look: Look
) -> None:
    world.open_shop()
    page = visit(look)
    world.find_and_choose(page, quantity=3)
    expect(page.get_by_text("¥180.00").locator("visible=true").first).to_be_visible()
    page.locator("input[type=email]").fill("guest@example.com")
    world.submit(page)
    world.pay_at_the_cashier(page)
    expect(page).to_have_url(re.compile(r"/o/\w{16}/"))
    # No reload: the page changes by itself once the worker has delivered.
    expect(page.get_by_role("button", name=re.compile("^显示")).first).to_be_visible()
    for code in world.CODES:
        assert code not in page.content()
    assert open_keys(page, 3) == world.CODES
    assert axe.violations(page) == []
    page.reload()
    for code in world.CODES:
        assert code not in page.content()
    order = Order.objects.get()
    assert (order.status, order.email, order.total) == (OrderStatus.PAID, "guest@example.com", 18000)


@pytest.mark.smoke
def test_a_member_signs_in_on_the_way_and_pays_from_the_wallet(served: Site, real_worker: Process, visit: Visit) -> None:
    alice = factories.verified("Alice")
    world.open_shop()
    world.fill_wallet(alice, 10_000)
    page = visit(DESKTOP)
    world.find_and_choose(page)
    page.get_by_role("link", name=re.compile("登录")).locator("visible=true").last.click()
    page.locator("input[name=login]").fill(alice.email)
    page.locator("input[name=password]").fill(factories.PASSWORD)
    page.locator("main button[type=submit]").click()
    expect(page).to_have_url(re.compile("/checkout/"))
    page.locator("input[name=method][value=wallet]").check()
    world.submit(page)
    expect(page).to_have_url(re.compile(r"/o/\w{16}/"))
    expect(page.get_by_role("button", name=re.compile("^显示")).first).to_be_visible()
    assert open_keys(page, 1) == world.CODES[:1]
    order = Order.objects.latest("pk")
    assert (order.user, order.status) == (User.objects.get(pk=alice.pk), OrderStatus.PAID)


def test_with_the_keyboard_alone(served: Site, real_worker: Process, visit: Visit) -> None:
    world.open_shop()
    page = visit(DESKTOP)
    page.goto("/p/shanhai/")
    tab_to(page, re.compile("立即购买"))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/checkout/"))
    tab_to(page, None, selector="input[type=email]")
    page.keyboard.type("guest@example.com")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/sandbox/"))
    tab_to(page, None, selector="button[name=press][value=pay]")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name=re.compile("^显示")).first).to_be_visible()
    tab_to(page, re.compile("^显示"))
    page.keyboard.press("Enter")
    expect(page.locator("[data-secret]").first).to_have_text(world.CODES[0])


def tab_to(page: Page, name: "re.Pattern[str] | None", *, selector: str = "") -> None:
    """Press Tab until the wanted control has the focus, and see that the focus shows."""
    for _ in range(60):
        page.keyboard.press("Tab")
        here = page.locator(":focus")
        if selector and here.evaluate("(e, s) => e.matches(s)", selector):
            break
        if name and name.search(here.inner_text().strip()):
            break
    else:
        pytest.fail(f"Tab never reached {selector or name}")
    # A field's frame carries the ring for the field within.
    ring = "e => [e, e.closest('.input')].some(x => x && getComputedStyle(x).outlineStyle !== 'none')"
    assert page.locator(":focus").evaluate(ring)


def test_without_javascript_as_far_as_paying_and_the_key_as_well(served: Site, real_worker: Process, visit: Visit) -> None:
    world.open_shop()
    page = visit(Look(javascript=False))
    world.find_and_choose(page, quantity=2)
    page.locator("input[type=email]").fill("guest@example.com")
    world.submit(page)
    world.pay_at_the_cashier(page)
    expect(page).to_have_url(re.compile(r"/o/\w{16}/"))
    # The page reloads itself without any script.
    expect(page.get_by_role("button", name=re.compile("^显示")).first).to_be_visible()
    page.get_by_role("button", name=re.compile("^显示")).first.click()
    expect(page.locator("[data-secret]").first).to_have_text(world.CODES[0])
