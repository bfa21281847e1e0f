"""Three SKUs of two merchants in one order, from the first page to all card keys, with the real server and the real worker."""

import re
from collections.abc import Sequence

import pytest
from playwright.sync_api import Page, expect

from shop.catalog.models import Sku
from shop.orders.models import LineStatus, Order, OrderStatus
from tests import factories
from tests.harness import axe
from tests.harness.browsers import Look, Visit
from tests.harness.fixtures import Site
from tests.harness.servers import Process
from tests.journeys import world
from tests.journeys.test_buying import tab_to

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]

DESKTOP = Look(locale="en")
PHONE = Look(width=360, height=740, touch=True, locale="en")
MOON = ["MOON-1111-AAAA", "MOON-2222-BBBB"]
SUN = ["SUN-9999-ZZZZ"]
#: 2 × ¥62.80 + ¥5.00 + ¥30.00
TOTAL = "¥160.60"


@pytest.fixture
def skus(transactional_db: None) -> list[Sku]:
    """Two of one merchant, one of another, a few keys of each."""
    first = world.open_shop()
    lotus = factories.merchant("Lotus Keys")
    moon = factories.sku(units=MOON, of=factories.listing("Moon Harbour", slug="moon", seller=lotus), price=500)
    sun = factories.sku(units=SUN, of=factories.listing("Sun Gate", slug="sun", seller=first.listing.merchant), price=3000)
    return [first, moon, sun]


def fill(page: Page, skus: Sequence[Sku]) -> None:
    """Two of the first, one of each other, from their pages into the cart."""
    for made in skus:
        count = "2" if made == skus[0] else "1"
        page.goto(f"/p/{made.listing.slug}/")
        page.locator("#quantity").fill(count)
        page.get_by_role("button", name="Add to cart").locator("visible=true").click()
        expect(page.locator("[data-put]").locator("visible=true")).to_contain_text(f"In your cart: {count}")


def go_to_checkout(page: Page) -> None:
    page.get_by_role("banner").get_by_role("link", name="Cart 3").click()
    expect(page.get_by_text(TOTAL).locator("visible=true").first).to_be_visible()
    page.get_by_role("button", name="To the checkout").locator("visible=true").click()
    expect(page).to_have_url(re.compile(r"/checkout/\?cart="))


def pay(page: Page) -> None:
    page.get_by_role("button", name=f"Pay {TOTAL}").locator("visible=true").click()


def all_keys(page: Page) -> set[str]:
    """Wait for all three lines without a reload, open them, and return the keys as they are shown."""
    expect(page).to_have_url(re.compile(r"/o/\w{16}/"))
    expect(page.get_by_role("heading", name=re.compile("^Delivered in"))).to_have_count(3)
    for code in (*world.CODES, *MOON, *SUN):
        assert code not in page.content()
    for count, shown in ((2, 2), (1, 3), (1, 4)):
        name = "Show all 2" if count == 2 else re.compile("^Show key")
        page.get_by_role("button", name=name).first.click()
        expect(page.locator("[data-secret]")).to_have_count(shown)
    return {text.strip() for text in page.locator("[data-secret]").all_inner_texts()}


def bought() -> Order:
    order = Order.objects.latest("pk")
    lines = {(line.title, line.quantity, line.merchant.name, line.status) for line in order.lines.all()}
    assert lines == {
        ("山海纪 灵石兑换码", 2, "Jade Cards", LineStatus.DELIVERED),
        ("Moon Harbour", 1, "Lotus Keys", LineStatus.DELIVERED),
        ("Sun Gate", 1, "Jade Cards", LineStatus.DELIVERED),
    }
    assert (order.status, order.total, order.currency) == (OrderStatus.PAID, 16_060, "CNY")
    return order


@pytest.mark.smoke
@pytest.mark.parametrize("look", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_guest_buys_three_products_of_two_shops_at_once(
    served: Site, real_worker: Process, skus: list[Sku], visit: Visit, look: Look
) -> None:
    page = visit(look)
    fill(page, skus)
    go_to_checkout(page)
    page.get_by_label("E-mail").fill("guest@example.com")
    pay(page)
    world.pay_at_the_cashier(page)
    assert all_keys(page) == {*world.CODES[:2], MOON[0], *SUN}
    assert axe.violations(page) == []
    assert bought().email == "guest@example.com"
    page.goto("/cart/")
    expect(page.get_by_role("heading", name="Your cart is empty")).to_be_visible()


@pytest.mark.smoke
def test_a_member_fills_the_cart_as_a_guest_and_pays_from_the_wallet(
    served: Site, real_worker: Process, skus: list[Sku], visit: Visit
) -> None:
    alice = factories.verified("Alice")
    world.fill_wallet(alice, 20_000)
    page = visit(DESKTOP)
    fill(page, skus)
    go_to_checkout(page)
    page.get_by_role("link", name="I have an account: sign in").click()
    page.locator("input[name=login]").fill(alice.email)
    page.locator("input[name=password]").fill(factories.PASSWORD)
    page.locator("main button[type=submit]").click()
    expect(page).to_have_url(re.compile(r"/checkout/\?cart="))
    page.locator("input[name=method][value=wallet]").check()
    pay(page)
    assert all_keys(page) == {*world.CODES[:2], MOON[0], *SUN}
    assert bought().user == alice


def test_with_the_keyboard_alone(served: Site, real_worker: Process, skus: list[Sku], visit: Visit) -> None:
    page = visit(DESKTOP)
    for made, name in ((skus[0], "1"), (skus[1], "2")):
        page.goto(f"/p/{made.listing.slug}/")
        tab_to(page, re.compile("^Add to cart"))
        page.keyboard.press("Enter")
        expect(page.get_by_role("banner").get_by_role("link", name=f"Cart {name}")).to_be_visible()
    tab_to(page, re.compile("^Go to the cart"))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/cart/$"))
    tab_to(page, None, selector=f"#quantity-{skus[0].pk}-more")
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="To the checkout · ¥130.60")).to_be_visible()
    tab_to(page, None, selector=f"#take-{skus[1].pk}")
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="To the checkout · ¥125.60")).to_be_visible()
    tab_to(page, re.compile("^To the checkout"))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/checkout/\?cart="))
    tab_to(page, None, selector="input[type=email]")
    page.keyboard.type("guest@example.com")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/sandbox/"))
    tab_to(page, None, selector="button[name=press][value=pay]")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Show all 2")).to_be_visible()


def test_without_javascript_as_far_as_paying_and_the_keys_as_well(
    served: Site, real_worker: Process, skus: list[Sku], visit: Visit
) -> None:
    page = visit(Look(locale="en", javascript=False))
    for made in skus:
        page.goto(f"/p/{made.listing.slug}/")
        page.locator("#quantity").fill("2" if made == skus[0] else "1")
        page.get_by_role("button", name="Add to cart").locator("visible=true").click()
    page.get_by_role("button", name="To the checkout").locator("visible=true").click()
    page.get_by_label("E-mail").fill("guest@example.com")
    pay(page)
    world.pay_at_the_cashier(page)
    expect(page.get_by_role("heading", name=re.compile("^Delivered in"))).to_have_count(3)
    page.get_by_role("button", name="Show all 2").click()
    expect(page.locator("[data-secret]")).to_have_text(world.CODES[:2])
