"""Money that no line took: late, over or under what was due. It never stays for ever."""

import datetime as dt

import pytest

from kameng.tasks.registry import run_all
from shop.ledger.models import AccountKind
from shop.ledger.queries import balance
from shop.orders.expire import LATE_WINDOW
from shop.orders.models import Order, OrderStatus
from shop.payments.gateways.sandbox.models import SandboxRefund
from shop.payments.leftover import GUEST_WAITS
from shop.payments.models import Refund, RefundStatus
from tests.factories import NOON, buyer, member, pay_order, place_order, receive, sku

pytestmark = pytest.mark.django_db

SECOND = dt.timedelta(seconds=1)
LAPSES = NOON + dt.timedelta(minutes=15)
MONEY = {"expire", "pay", "leftover", "refund"}


@pytest.fixture(autouse=True)
def _at_noon(noon: dt.datetime) -> None:
    """Everything begins at noon."""


def on_order(order: Order) -> int:
    return balance(owner=order.owner, kind=AccountKind.ORDER, currency="CNY")


def wallet(name: str = "Alice") -> int:
    return balance(owner=member(name).holder, kind=AccountKind.WALLET, currency="CNY")


def test_what_a_member_paid_too_much_is_in_the_wallet_at_once() -> None:
    order = pay_order(place_order(by=buyer(user=member())), amount=10_000)
    run_all(now=NOON, only=MONEY)
    assert (order.status, on_order(order), wallet()) == (OrderStatus.PAID, 0, 200)


def test_what_a_guest_paid_too_much_goes_back_after_three_days() -> None:
    order = pay_order(amount=10_000)
    run_all(now=NOON + GUEST_WAITS - SECOND, only=MONEY)
    assert on_order(order) == 200
    run_all(now=NOON + GUEST_WAITS, only=MONEY)
    assert on_order(order) == 0
    assert [(row.amount, row.number) for row in SandboxRefund.objects.all()] == [(200, Refund.objects.get().number)]


def test_a_members_part_payment_comes_back_when_no_money_can_make_it_whole_any_more() -> None:
    order = pay_order(place_order(by=buyer(user=member())), amount=5000)
    run_all(now=LAPSES + LATE_WINDOW - SECOND, only=MONEY)
    order.refresh_from_db()
    assert (order.status, on_order(order), wallet()) == (OrderStatus.EXPIRED, 5000, 0)
    run_all(now=LAPSES + LATE_WINDOW, only=MONEY)
    assert (on_order(order), wallet()) == (0, 5000)


def test_a_guests_part_payment_goes_back_to_the_source() -> None:
    order = pay_order(amount=5000)
    run_all(now=LAPSES + LATE_WINDOW, only=MONEY)
    assert on_order(order) == 5000
    run_all(now=LAPSES + LATE_WINDOW + GUEST_WAITS, only=MONEY)
    refund = Refund.objects.get()
    assert (refund.status, refund.amount, refund.reason, on_order(order)) == (RefundStatus.DONE, 5000, "left over", 0)


def test_late_money_is_tried_again_until_units_are_back() -> None:
    goods = sku(units=1)
    order = place_order(goods, by=buyer(user=member()))
    run_all(now=LAPSES, only={"expire"})
    rival = place_order(goods, by=buyer("Bob"), now=LAPSES)
    receive(order, 9800, now=LAPSES + SECOND)
    run_all(now=LAPSES + SECOND, only=MONEY)
    order.refresh_from_db()
    assert (order.status, on_order(order), order.pay_due_at) == (OrderStatus.EXPIRED, 9800, LAPSES + 61 * SECOND)
    run_all(now=rival.reserved_until + 60 * SECOND, only=MONEY)
    order.refresh_from_db()
    assert (order.status, on_order(order)) == (OrderStatus.PAID, 0)


def test_late_money_for_goods_that_never_come_back_is_given_back() -> None:
    goods = sku(units=1)
    order = place_order(goods, by=buyer(user=member()))
    run_all(now=LAPSES, only={"expire"})
    pay_order(place_order(goods, by=buyer("Bob"), now=LAPSES), now=LAPSES)
    receive(order, 9800, now=LAPSES + SECOND)
    run_all(now=LAPSES + LATE_WINDOW, only=MONEY)
    order.refresh_from_db()
    assert (order.status, order.pay_due_at, on_order(order), wallet()) == (OrderStatus.EXPIRED, None, 0, 9800)


def test_money_that_comes_after_the_late_window_buys_nothing() -> None:
    order = place_order(by=buyer(user=member()))
    run_all(now=LAPSES, only={"expire"})
    receive(order, 9800, now=LAPSES + LATE_WINDOW + SECOND)
    run_all(now=LAPSES + LATE_WINDOW + SECOND, only=MONEY)
    order.refresh_from_db()
    assert (order.status, on_order(order), wallet()) == (OrderStatus.EXPIRED, 0, 9800)


def test_a_second_payment_of_a_paid_order_is_left_over() -> None:
    order = pay_order(place_order(by=buyer(user=member())))
    receive(order, 9800)
    run_all(now=NOON, only=MONEY)
    assert (on_order(order), wallet()) == (0, 9800)
