"""The cart's pages, for everybody: nothing that axe finds, nothing wider than the screen, few images, the button in sight."""

import datetime as dt
from collections.abc import Callable
from itertools import product

import pytest
from playwright.sync_api import Page, expect

from fulfillment.delivery.clock import refund_overdue
from shop.catalog.models import Sku
from shop.ledger.models import Account, AccountKind
from tests.factories import PASSWORD, deliver_all, listing, merchant, pay_order, place_order, sku, verified
from tests.harness import axe
from tests.harness.browsers import DESKTOP, Visit
from tests.harness.fixtures import Site
from tests.harness.scale import scale
from tests.storefront.carting import goods
from tests.storefront.cartwalk import CHECKOUT, put_all
from tests.storefront.test_for_everybody import LOOKS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Walk = Callable[[Page, list[Sku]], None]
SHOWN = "visible=true"
IN_SIGHT = "e => e.getBoundingClientRect().bottom <= innerHeight"


def empty(page: Page, _skus: list[Sku]) -> None:
    page.goto("/cart/")


def full(page: Page, skus: list[Sku]) -> None:
    put_all(page, skus[:3])
    page.goto("/cart/")


def in_trouble(page: Page, skus: list[Sku]) -> None:
    """Sold out, short, over its limit, off sale, dearer than before; and one that is as it was."""
    put_all(page, [*skus, *skus[4:] * 4])
    Sku.objects.filter(pk=skus[1].pk).update(price=12_345)
    Sku.objects.filter(pk=skus[2].pk).update(on_sale=False)
    page.goto("/cart/")


def something_removed(page: Page, skus: list[Sku]) -> None:
    full(page, skus)
    page.locator("[name=remove]").first.click()
    page.locator("#undo").wait_for()


def nothing_chosen(page: Page, skus: list[Sku]) -> None:
    full(page, skus)
    page.locator("#choose-all").click()
    page.locator("[name=take]:not(:checked)").first.wait_for()
    page.locator("[name=go]").locator(SHOWN).click()
    page.get_by_role("alert").wait_for()


def put_in(page: Page, skus: list[Sku]) -> None:
    page.goto(f"/p/{skus[0].listing.slug}/")
    page.locator("#put, #put-bar").locator(SHOWN).click()
    page.locator("[data-put] a").locator(SHOWN).wait_for()


def checkout(page: Page, skus: list[Sku]) -> None:
    full(page, skus)
    page.locator("[name=go]").locator(SHOWN).click()
    expect(page).to_have_url(CHECKOUT)


def checkout_in_trouble(page: Page, skus: list[Sku]) -> None:
    page.goto(f"/checkout/?cart={'.'.join(f'{made.pk}x6' for made in skus)}")
    page.locator("#order button[type=submit]").locator(SHOWN).last.click()
    page.locator("[data-error-summary]").wait_for()


STATES: dict[str, Walk] = {
    walk.__name__: walk
    for walk in (empty, full, in_trouble, something_removed, nothing_chosen, put_in, checkout, checkout_in_trouble)
}
FEW = [(state, look) for state, look in zip(STATES, [*LOOKS] * len(STATES), strict=False)]


@pytest.fixture
def skus(shelf: list[Sku]) -> list[Sku]:
    """Six of three merchants, with names as they are in Chinese shops; the last three are gone, few, and for few."""
    page = listing("山海纪 灵石兑换码", seller=merchant("青禾点卡行"), warning="只能在国服角色上兑换，国际服用不了。")
    slow = sku(units=9, of=page, value="648", unit="灵石", promise_seconds=300, refund_seconds=7200)
    gone, few = sku(units=0, of=page, value="1280", unit="灵石"), sku(units=3, of=page, value="3280", unit="灵石")
    return [slow, shelf[0], shelf[1], gone, few, goods("For Few", units=30, unpaid_limit=2)]


@pytest.mark.drill
@pytest.mark.parametrize(("state", "look"), scale(FEW, list(product(STATES, LOOKS))))
def test_everybody_can_use_it(site: Site, skus: list[Sku], visit: Visit, state: str, look: str) -> None:
    page = visit(LOOKS[look])
    STATES[state](page, skus)
    assert axe.violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator("h1").count() == 1


@pytest.mark.parametrize("stage", ["unpaid", "waiting", "here", "some back"])
def test_the_pages_of_an_order_with_several_lines(site: Site, skus: list[Sku], visit: Visit, stage: str) -> None:
    order = place_order(*skus[:3])
    now = order.placed_at
    if stage != "unpaid":
        pay_order(order, now=now)
    if stage == "here":
        deliver_all(now)
    if stage == "some back":
        for line in order.lines.all()[:2]:
            refund_overdue(line_id=line.pk, now=now + 3 * dt.timedelta(hours=1))
    page = visit(LOOKS["phone"])
    for path in (f"/o/k/{order.token}/", *([f"/o/{order.number}/pay/"] if stage == "unpaid" else [])):
        page.goto(path)
        assert axe.violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_there_is_room_for_a_members_wallet_beside_the_cart_on_the_narrowest_screen(
    site: Site, skus: list[Sku], visit: Visit
) -> None:
    alice = verified()
    Account.objects.create(owner=alice.holder, kind=AccountKind.WALLET, currency="CNY", balance=1_234_567)
    page = visit(LOOKS["English, dark, narrowest"])
    page.goto("/account/login/")
    page.locator("input[name=login]").fill(alice.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main button[type=submit]").click()
    for walk in (empty, full, put_in, checkout):
        walk(page, skus)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), walk.__name__


def test_a_full_cart_is_drawn_from_one_image_and_its_button_is_in_sight(shelf: list[Sku], visit: Visit) -> None:
    page = visit(DESKTOP)
    put_all(page, [*shelf, *(goods(f"Game {n}", units=3) for n in range(18))])
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/cart/", wait_until="networkidle")
    expect(page.locator("[data-line]")).to_have_count(20)
    assert sum("/face/" in url for url in asked) == 1
    assert len(asked) <= 15
    go = page.locator("[name=go]").locator(SHOWN)
    assert go.evaluate(IN_SIGHT)
    go.click()
    expect(page).to_have_url(CHECKOUT)
    assert page.locator("#order button.btn-primary").locator(SHOWN).evaluate(IN_SIGHT)


def test_controls_are_large_enough_for_a_finger(shelf: list[Sku], visit: Visit) -> None:
    page = visit(LOOKS["phone"])
    full(page, [*shelf, goods("Sun Gate")])
    controls = page.locator("#cart-form button, #cart-form label:has([type=checkbox]), #cart-form [type=number]").locator(
        SHOWN
    )
    small = [
        control.evaluate("e => e.outerHTML.slice(0, 120)")
        for control in controls.all()
        if control.evaluate("e => e.getBoundingClientRect().height < 36 || e.getBoundingClientRect().width < 36")
    ]
    assert small == []
