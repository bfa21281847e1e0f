"""Paying from the wallet: now or not at all."""

import datetime as dt

import pytest

from kameng.tasks.registry import run_all
from shop.ledger.models import AccountKind
from shop.ledger.post import account, post
from shop.ledger.queries import balance
from shop.orders.models import Order, OrderStatus
from shop.payments.wallet import NotPayable, intend_share, pay_from_wallet
from tests.factories import NOON, buyer, member, place_order, receive, sku

pytestmark = pytest.mark.django_db

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _at_noon(noon: dt.datetime) -> None:
    """Everything begins at noon."""


def fill(name: str, amount: int) -> None:
    """Put so much into a member's wallet."""
    wallet = account(owner=member(name).holder, kind=AccountKind.WALLET, currency="CNY")
    outside = account(owner="gateway:0", kind=AccountKind.GATEWAY, currency="CNY")
    post(key=f"fill:{name}", moves=[(outside, -amount), (wallet, amount)], now=NOON)


def in_wallet(name: str) -> int:
    return balance(owner=member(name).holder, kind=AccountKind.WALLET, currency="CNY")


def test_who_meant_to_pay_from_the_wallet_has_paid_though_the_process_died_in_between() -> None:
    fill("Alice", 20_000)
    order = place_order(by=buyer(user=member()))
    intend_share(order_id=order.pk, share=order.total, now=NOON)
    run_all(now=NOON, only={"pay"})
    order.refresh_from_db()
    assert (order.status, order.pay_due_at, in_wallet("Alice")) == (OrderStatus.PAID, None, 20_000 - order.total)


@pytest.mark.parametrize("late", [2 * MINUTE, 20 * MINUTE, dt.timedelta(hours=20)])
@pytest.mark.parametrize("controllers", [{"pay"}, {"expire", "pay"}])
def test_nothing_is_drawn_long_after_the_buyer_got_no_answer(late: dt.timedelta, controllers: set[str]) -> None:
    fill("Alice", 20_000)
    order = place_order(by=buyer(user=member()))
    intend_share(order_id=order.pk, share=order.total, now=NOON)
    run_all(now=NOON + late, only=controllers)
    order.refresh_from_db()
    assert (order.wallet_share, order.pay_due_at, in_wallet("Alice")) == (0, None, 20_000)
    assert order.status in {OrderStatus.PENDING, OrderStatus.EXPIRED}


def test_an_intention_that_the_wallet_cannot_meet_is_taken_away_and_later_money_draws_nothing() -> None:
    order = place_order(by=buyer(user=member()))
    intend_share(order_id=order.pk, share=order.total, now=NOON)
    run_all(now=NOON, only={"pay"})
    order.refresh_from_db()
    assert (order.status, order.wallet_share, order.pay_due_at) == (OrderStatus.PENDING, 0, None)
    fill("Alice", 20_000)
    receive(order, order.total - 1)
    run_all(now=NOON, only={"pay"})
    order.refresh_from_db()
    assert (order.status, in_wallet("Alice")) == (OrderStatus.PENDING, 20_000)


def test_a_wallet_that_could_not_buy_the_goods_is_not_charged_when_they_come_back() -> None:
    fill("Alice", 20_000)
    made = sku(units=1)
    order = place_order(made, by=buyer(user=member()))
    lapses = order.reserved_until
    # Another host's clock is a second ahead: there the reservation is over, and Bob takes the unit.
    place_order(made, by=buyer("Bob"), now=lapses)
    with pytest.raises(NotPayable):
        pay_from_wallet(order=order, now=lapses - dt.timedelta(seconds=1))
    for minutes in (1, 16, 17, 18):
        run_all(now=lapses + minutes * MINUTE, only={"expire", "pay", "leftover"})
    order.refresh_from_db()
    assert (order.status, order.wallet_share, order.pay_due_at) == (OrderStatus.EXPIRED, 0, None)
    assert in_wallet("Alice") == 20_000
    assert Order.objects.filter(status=OrderStatus.PAID).count() == 0
