"""The page learns what is new: a version that changes with what is shown, and a pace that fits."""

import datetime as dt
from collections.abc import Iterator
from urllib.parse import unquote

import pytest

from fulfillment.delivery.clock import refund_overdue
from fulfillment.tracking.page import page as tracking_page
from kameng.lib import clock
from shop.orders.complete import complete
from shop.orders.expire import expire
from shop.orders.models import Order, OrderStatus
from shop.payments.send_back import send_back, sendable
from tests import factories as f
from tests.factories import NOON
from tests.tracking.visitors import guest_of, show, state

pytestmark = pytest.mark.django_db
SECOND = dt.timedelta(seconds=1)


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with clock.at(NOON):
        yield


def test_alice_has_the_newest_version_and_gets_nothing() -> None:
    order = f.pay_order()
    alice = guest_of(order)
    first = state(alice, order)
    assert first.status_code == 200
    again = state(alice, order, first["X-State-Version"])
    assert again.status_code == 204
    assert again.content == b""
    assert again["X-State-Version"] == first["X-State-Version"]


def test_every_step_of_an_order_is_a_new_version() -> None:
    order = f.place_order()
    alice = guest_of(order)
    seen = [state(alice, order)["X-State-Version"]]

    def now_differs() -> bool:
        seen.append(state(alice, order)["X-State-Version"])
        return seen[-1] not in seen[:-1]

    f.pay_order(order)
    assert now_differs()
    f.verify_all()
    assert now_differs()
    f.deliver_all()
    assert now_differs()
    show(alice, order)
    assert now_differs()
    complete(line_id=f.line_of(order).pk, now=NOON + dt.timedelta(days=2))
    assert now_differs()


def test_a_promise_that_passes_is_news_although_no_row_changed() -> None:
    order = f.pay_order()
    alice = guest_of(order)
    before = state(alice, order)["X-State-Version"]
    with clock.at(NOON + 61 * SECOND):
        assert state(alice, order, before).status_code == 200


def test_a_refund_on_its_way_is_news_at_every_step() -> None:
    order = f.pay_order()
    alice, late = guest_of(order), NOON + dt.timedelta(minutes=31)
    with clock.at(late):
        refund_overdue(line_id=f.line_of(order).pk, now=late)
        asked = state(alice, order)
        assert asked["Retry-After"] == "30"
        for pk in sendable(late):
            send_back(refund_id=pk, now=late)
        done = state(alice, order, asked["X-State-Version"])
    assert done.status_code == 200
    assert done["X-Live"] == "stop"


def test_an_order_paid_while_its_page_is_made_is_shown_as_paid() -> None:
    order = f.place_order()
    at_hand = Order.objects.get(pk=order.pk)
    f.pay_order(order)
    made = tracking_page(at_hand, NOON)
    assert made.order.status == OrderStatus.PAID
    assert {card.template for card in made.cards} == {"tracking/cards/waiting.html"}


def test_the_title_of_the_window_comes_along() -> None:
    order = f.delivered_order()
    title = unquote(state(guest_of(order), order)["X-Title"])
    assert title.startswith("Delivered · Star Abyss 648 gems × 1 · ")
    assert title.isascii() is False


def test_the_part_is_the_one_of_the_whole_page() -> None:
    order = f.delivered_order()
    alice = guest_of(order)
    part = state(alice, order)
    whole = alice.get(f"/o/{order.number}/").content.decode()
    assert f'data-version="{part["X-State-Version"]}"' in whole
    assert "<html" not in part.content.decode()
    assert "What happened" in part.content.decode()


@pytest.mark.parametrize(("status", "pace"), [("unpaid", None), ("paid", None), ("delivered", "30"), ("completed", "stop")])
def test_the_page_asks_as_often_as_something_can_happen(status: str, pace: str | None) -> None:
    order = f.place_order()
    if status != "unpaid":
        f.pay_order(order)
    if status in ("delivered", "completed"):
        f.deliver_all()
    if status == "completed":
        complete(line_id=f.line_of(order).pk, now=NOON + dt.timedelta(days=2))
    answer = state(guest_of(order), order)
    assert answer.get("Retry-After") == (pace if pace != "stop" else None)
    assert answer.get("X-Live") == ("stop" if pace == "stop" else None)


def test_a_closed_order_is_watched_while_late_money_may_come_and_then_no_more() -> None:
    order = f.place_order()
    alice = guest_of(order)
    expire(order_id=order.pk, now=NOON + dt.timedelta(minutes=16))
    with clock.at(NOON + dt.timedelta(hours=1)):
        assert state(alice, order)["Retry-After"] == "30"
    with clock.at(NOON + dt.timedelta(hours=25)):
        assert state(alice, order)["X-Live"] == "stop"


def test_without_scripts_a_waiting_page_reloads_itself_and_a_finished_one_does_not() -> None:
    done = f.delivered_order(by=f.buyer("Bob"))
    waiting = f.pay_order()
    assert "http-equiv" in guest_of(waiting).get(f"/o/{waiting.number}/").content.decode()
    assert "http-equiv" not in guest_of(done).get(f"/o/{done.number}/").content.decode()
