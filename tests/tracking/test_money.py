"""Money that is late, short, over or on its way back: the page says what happens with it, and when."""

import datetime as dt
from collections.abc import Iterator

import pytest

from fulfillment.delivery.clock import refund_overdue
from kameng.lib import clock
from kameng.lib.transitions import move
from shop.orders.expire import expire
from shop.orders.models import Order
from shop.payments.gateways.base import Ambiguous, Rejected
from shop.payments.gateways.sandbox.gateway import SandboxGateway
from shop.payments.leftover import return_leftover
from shop.payments.models import Refund
from shop.payments.send_back import send_back, sendable
from tests import factories as f
from tests.factories import NOON
from tests.tracking.visitors import guest_of, page, signed_in

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)
LATE = NOON + 31 * MINUTE


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with clock.at(NOON):
        yield


def expired() -> Order:
    order = f.place_order()
    expire(order_id=order.pk, now=NOON + 16 * MINUTE)
    return order


def refunded(order: Order | None = None) -> Order:
    """Alice's order whose time was up; the refund is booked."""
    order = order or f.pay_order()
    refund_overdue(line_id=f.line_of(order).pk, now=LATE)
    return order


def carry_out() -> None:
    for pk in sendable(LATE):
        send_back(refund_id=pk, now=LATE)


def seen_at(order: Order, moment: dt.datetime) -> str:
    with clock.at(moment):
        return page(guest_of(order), order)


def test_an_expired_order_says_that_nothing_was_charged() -> None:
    seen = seen_at(expired(), NOON + 20 * MINUTE)
    assert "This order was closed. Nothing was charged." in seen
    assert "Money that arrives until Nov 23 12:15 still buys everything at the old price" in seen
    assert "Order it again" in seen


def test_money_too_late_says_that_it_is_tried_or_goes_back() -> None:
    what = f.sku(units=1)
    order = f.place_order(what)
    expire(order_id=order.pk, now=NOON + 16 * MINUTE)
    f.place_order(what, by=f.buyer("Bob"), now=NOON + 17 * MINUTE)
    f.pay_order(order, now=NOON + 18 * MINUTE)
    seen = seen_at(order, NOON + 19 * MINUTE)
    assert "Your money came after the time was up." in seen
    assert "By Nov 23 12:15 you have them, or the money goes back." in seen
    assert "to sandbox, by itself: Nov 26 12:15" in seen


def test_too_little_money_shows_the_difference_while_it_can_be_paid() -> None:
    order = f.pay_order(f.place_order(), amount=9000)
    seen = seen_at(order, NOON + MINUTE)
    assert "¥8.00 is still missing." in seen
    assert "¥90.00 of ¥98.00" in seen
    assert "the ¥90.00 that came in goes back to you" in seen
    assert "Nothing is charged" not in seen


def test_too_little_money_for_a_closed_order_goes_back() -> None:
    order = expired()
    f.pay_order(order, now=NOON + 18 * MINUTE, amount=9000)
    seen = seen_at(order, NOON + 20 * MINUTE)
    assert "Only ¥90.00 of ¥98.00 came in." in seen
    assert "Nothing was charged" not in seen


def test_too_much_money_of_a_guest_says_when_it_goes_back_and_then_that_it_did() -> None:
    order = f.pay_order(f.place_order(), amount=10000)
    f.deliver_all()
    early = seen_at(order, NOON + MINUTE)
    assert "¥2.00 is left over." in early
    assert "go back by themselves at Nov 25 12:00. We wait 3 days after payment, so that whatever else comes in" in early
    later = NOON + dt.timedelta(hours=73)
    return_leftover(order_id=order.pk, now=later)
    seen = seen_at(order, later)
    assert "is left over" not in seen
    assert "The money left over is going back" in seen


def test_too_much_money_of_a_member_is_in_the_wallet() -> None:
    member = f.member("Alice")
    order = f.pay_order(f.place_order(by=f.buyer(user=member)), amount=10000)
    return_leftover(order_id=order.pk, now=NOON)
    seen = page(signed_in(member), order)
    assert "¥2.00 is in your wallet." in seen
    assert "¥2.00 went to your wallet at 12:00." in seen


def test_a_refund_just_booked_says_that_the_gateway_is_told_soon() -> None:
    seen = seen_at(refunded(), LATE)
    assert "Not here in time, the money is going back" in seen
    assert "Booked at 12:31; sandbox is told within a minute." in seen
    assert "The check was not finished when the time was up." in seen
    assert "Nothing is held against you." in seen


def test_a_refund_carried_out_says_when_and_to_whom() -> None:
    order = refunded()
    carry_out()
    seen = seen_at(order, LATE)
    assert "Not here in time, paid back by itself" in seen
    assert "sandbox carried it out at 12:31." in seen
    assert "Refunded" in seen


def test_a_refund_without_a_clear_answer_is_not_sent_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(*_args: object, **_kwargs: object) -> None:
        raise Ambiguous("no answer")

    order = refunded()
    monkeypatch.setattr(SandboxGateway, "refund", silent)
    carry_out()
    assert "gave no clear answer. We ask at 12:31; it is not sent twice." in seen_at(order, LATE)


def test_a_refused_refund_of_a_guest_is_in_the_hands_of_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(*_args: object, **_kwargs: object) -> None:
        raise Rejected("closed account")

    order = refunded()
    monkeypatch.setattr(SandboxGateway, "refund", refuses)
    carry_out()
    seen = seen_at(order, LATE)
    assert "pays it by hand; the money waits on this order." in seen
    assert "A person pays the refund by hand" in seen


def test_a_refused_refund_of_a_member_is_in_the_wallet(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(*_args: object, **_kwargs: object) -> None:
        raise Rejected("closed account")

    member = f.member("Alice")
    order = refunded(f.pay_order(f.place_order(by=f.buyer(user=member))))
    monkeypatch.setattr(SandboxGateway, "refund", refuses)
    carry_out()
    with clock.at(LATE):
        seen = page(signed_in(member), order)
    assert "sandbox did not take it back; it is in your wallet since 12:31." in seen
    assert "You can pay with it at once." in seen


@pytest.mark.parametrize("status", ["SUBMITTED"])
def test_a_refund_the_gateway_knows_of_says_when_we_ask_again(status: str) -> None:
    from django.db import transaction

    order = refunded()
    with transaction.atomic():
        move(Refund.objects.get(), status, now=LATE, actor="test", changes={"next_try_at": LATE + MINUTE})
    assert "sandbox was told at 12:31; we ask again at 12:32." in seen_at(order, LATE)
