"""The order's page in a browser: it changes by itself, keys open and are copied to the letter, and everybody can use it."""

import datetime as dt
from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest
from django.db import OperationalError
from django.urls import reverse
from playwright.sync_api import Page, Route, expect

from fulfillment.delivery.clock import refund_overdue
from fulfillment.delivery.deliver import deliver
from fulfillment.delivery.reveal import delivered_units, reveal
from kameng.audit.models import Entry
from kameng.audit.record import Actor
from kameng.lib import clock
from shop.orders.expire import expire
from shop.orders.models import Order, OrderLine
from tests import factories as f
from tests.harness import axe
from tests.harness.browsers import DESKTOP, PHONE, Look, Visit
from tests.harness.fixtures import Site
from tests.harness.scale import scale
from tests.tracking.test_reveal import ODD

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]

LOOKS = {
    "desktop": DESKTOP,
    "phone": PHONE,
    "dark": Look(dark=True),
    "English, dark phone": Look(width=360, height=740, dark=True, locale="en"),
}
ENGLISH = Look(locale="en")


def opened(page: Page, order: Order) -> Page:
    """The order's page, as the link in the mail opens it."""
    page.goto(reverse("order_link", args=[order.token]))
    return page


def unpaid() -> Order:
    return f.place_order()


def waiting() -> Order:
    order = f.pay_order()
    f.verify_all()
    return order


def late() -> Order:
    return f.pay_order(now=clock.now() - dt.timedelta(minutes=9))


def delivered() -> Order:
    return f.delivered_order(quantity=2)


def refunded() -> Order:
    order = f.pay_order()
    due = clock.now() - dt.timedelta(seconds=1)
    OrderLine.objects.filter(order=order).update(refund_by=due)
    refund_overdue(line_id=f.line_of(order).pk, now=clock.now())
    return order


def expired() -> Order:
    order = f.place_order(now=clock.now() - dt.timedelta(minutes=20))
    expire(order_id=order.pk, now=clock.now())
    return order


STATES: list[Callable[[], Order]] = [unpaid, waiting, late, delivered, refunded, expired]
#: Every state once and the two that matter most once more; all states in all looks in the drills.
FEW = [
    (unpaid, "phone"),
    (waiting, "desktop"),
    (late, "English, dark phone"),
    (delivered, "desktop"),
    (delivered, "English, dark phone"),
    (refunded, "dark"),
    (expired, "phone"),
]


@pytest.mark.drill
@pytest.mark.parametrize(("made", "look"), scale(FEW, list(product(STATES, LOOKS))))
def test_everybody_can_use_it(site: Site, visit: Visit, made: Callable[[], Order], look: str) -> None:
    page = opened(visit(LOOKS[look]), made())
    assert axe.violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.smoke
def test_alice_watches_her_order_arrive_and_copies_the_key_without_reloading(site: Site, visit: Visit) -> None:
    order = f.pay_order(f.place_order(f.sku(units=["STAR-1234"])))
    page = opened(visit(ENGLISH), order)
    expect(page.get_by_text("Paid. We are checking the goods.")).to_be_visible()
    page.evaluate("window.stayed = true")
    f.deliver_all()
    page.get_by_role("button", name="Show key 1").click()
    copy = page.get_by_role("button", name="Copy key 1")
    expect(copy).to_be_focused()
    copy.click()
    expect(page.locator("#km-say")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == "STAR-1234"
    assert page.title().startswith("Delivered")
    assert page.evaluate("window.stayed") is True


def test_odd_keys_are_copied_to_the_letter(site: Site, visit: Visit) -> None:
    page = opened(visit(ENGLISH), f.delivered_order(codes=[ODD, "SECOND"]))
    page.get_by_role("button", name="Show all 2").click()
    page.get_by_role("button", name="Copy all 2").click()
    expect(page.locator("#km-say")).to_have_text("Copied")
    # What a page reads back has the line ends of the platform, so the text is compared before it goes to the clipboard.
    shown = page.locator("[data-secret]").evaluate_all("nodes => nodes.map(node => node.textContent)")
    assert shown == [ODD, "SECOND"]
    assert page.evaluate("navigator.clipboard.readText()").replace("\r", "").endswith("SECOND")


def test_an_open_key_stays_open_when_the_page_changes_around_it(site: Site, visit: Visit) -> None:
    order = f.pay_order(f.place_order(f.sku(units=["FIRST"]), f.sku(units=["LATER"])))
    f.verify_all()
    first, second = OrderLine.objects.order_by("pk")
    deliver(line_id=first.pk, now=clock.now())
    page = opened(visit(ENGLISH), order)
    page.get_by_role("button", name="Show key 1").click()
    expect(page.get_by_text("FIRST", exact=True)).to_be_visible()
    deliver(line_id=second.pk, now=clock.now())
    expect(page.get_by_role("button", name="Show key 1")).to_be_visible()
    expect(page.get_by_text("FIRST", exact=True)).to_be_visible()
    assert Entry.objects.count() == 1


def test_without_scripts_keys_open_and_come_as_a_file(site: Site, visit: Visit) -> None:
    page = opened(visit(Look(locale="en", javascript=False)), f.delivered_order(codes=["ONE", "TWO"]))
    page.get_by_role("button", name="Show all 2").click()
    assert page.locator("[data-secret]").all_inner_texts() == ["ONE", "TWO"]
    with page.expect_download() as waited:
        page.get_by_role("button", name="Download .txt").click()
    assert Path(waited.value.path()).read_bytes() == b"ONE\nTWO\n"


def test_without_scripts_a_waiting_page_comes_again_by_itself(site: Site, visit: Visit) -> None:
    order = waiting()
    page = opened(visit(Look(locale="en", javascript=False)), order)
    expect(page.get_by_text("Checked. 1 key is being sent.")).to_be_visible()
    f.deliver_all()
    expect(page.get_by_role("button", name="Show key 1")).to_be_visible()


def test_keys_are_not_printed_unless_asked_for(site: Site, visit: Visit) -> None:
    page = opened(visit(ENGLISH), f.delivered_order(codes=["ON-PAPER"]))
    page.get_by_role("button", name="Show key 1").click()
    expect(page.get_by_text("ON-PAPER")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.get_by_text("ON-PAPER")).to_be_hidden()


def test_a_key_being_opened_is_not_lost_when_the_page_changes_meanwhile(site: Site, visit: Callable[..., Page]) -> None:
    order = delivered()
    page = opened(visit(ENGLISH), order)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/reveal/", hold)
    page.locator("form[hx-post] button").first.click()
    with page.expect_response(lambda answer: "/state/" in answer.url and answer.status == 200):
        # Somebody opens the other key elsewhere: this page has something new to show.
        units = delivered_units(f.line_of(order))
        reveal(line=f.line_of(order), unit_ids=[units[1].pk], actor=Actor("elsewhere", "buyer"), now=clock.now())
        # It asks at once when it is looked at again, however long it meant to wait.
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    held[0].continue_()
    expect(page.locator("[data-secret]")).to_have_count(1)


def test_a_key_that_could_not_be_opened_in_time_says_so_and_opens_on_the_next_press(
    site: Site, visit: Callable[..., Page], monkeypatch: pytest.MonkeyPatch
) -> None:
    order = f.delivered_order(codes=["KEY-0001"])
    page = opened(visit(ENGLISH, strict=False), order)
    with monkeypatch.context() as crowd:
        crowd.setattr("fulfillment.tracking.views.reveal", in_the_way)
        page.get_by_role("button", name="Show").first.click()
        expect(page.locator("[data-trouble]")).to_contain_text("Please try once more")
    page.get_by_role("button", name="Show").first.click()
    expect(page.get_by_text("KEY-0001")).to_be_visible()


def in_the_way(**_: object) -> None:
    """As the database ends a wait for a lock."""
    cause = Exception("canceling statement due to lock timeout")
    cause.sqlstate = "55P03"  # type: ignore[attr-defined]
    raise OperationalError(str(cause)) from cause


def test_the_focus_stays_where_it_was_when_the_page_changes(site: Site, visit: Visit) -> None:
    order = f.pay_order(f.place_order(f.sku(units=1)))
    page = opened(visit(ENGLISH), order)
    page.get_by_role("link", name="Buy again").focus()
    f.deliver_all()
    expect(page.get_by_role("button", name="Show key 1")).to_be_visible()
    expect(page.get_by_role("link", name="Buy again")).to_be_focused()


def test_the_focus_does_not_go_back_to_the_top_when_its_button_is_gone(site: Site, visit: Visit) -> None:
    order = unpaid()
    page = opened(visit(ENGLISH), order)
    page.get_by_role("link", name="Go and pay").focus()
    f.pay_order(order)
    expect(page.get_by_text("Paid. We are checking the goods.")).to_be_visible()
    expect(page.locator("#order")).to_be_focused()
