"""Payments that nobody tells about: the gateway is asked, at growing pauses, until the order is over."""

import datetime as dt

import pytest

from kameng.lib import clock, patience
from kameng.notices.models import Alarm
from kameng.tasks.registry import run_all
from shop.orders.expire import LATE_WINDOW, extend
from shop.orders.models import Order, OrderStatus
from shop.payments.gateways.base import Ambiguous, Rejected, Trade, TradeState
from shop.payments.gateways.sandbox.models import SandboxTrade
from shop.payments.models import GatewayAccount, Payment, PaymentStatus
from shop.payments.sweep import SECONDS_AT_ONCE, ask, ask_at_once, queryable
from tests.factories import place_order
from tests.payments.fakes import UNPAID, FakeGateway
from tests.payments.world import send, started, trade_of, word

pytestmark = pytest.mark.django_db

SECOND = dt.timedelta(seconds=1)
Fake = type[FakeGateway]


def fake_account() -> GatewayAccount:
    return GatewayAccount.objects.get_or_create(gateway="fake", name="fake", defaults={"currency": "CNY"})[0]


def at_fake(order: Order | None = None) -> Payment:
    """A payment that waits at the fake gateway."""
    return started(order, account=fake_account())


def look(payment: Payment, at: dt.datetime) -> Payment:
    """Run the controller once at that time; the payment as it is then."""
    with clock.at(at):
        run_all(now=at, only={"query"})
    return Payment.objects.select_related("order").get(pk=payment.pk)


def test_money_that_nobody_told_about_is_found(noon: dt.datetime) -> None:
    payment = started()
    SandboxTrade.objects.update(paid=9800, paid_at=noon)
    row = look(payment, noon + 14 * SECOND)
    assert row.status == PaymentStatus.PENDING
    row = look(payment, noon + 15 * SECOND)
    assert (row.status, row.received, row.order.status) == (PaymentStatus.CONFIRMED, 9800, OrderStatus.PAID)
    assert row.trade_no == trade_of(payment).trade_no
    assert row.events.get(to_status="CONFIRMED").actor == "query"


def test_pauses_grow_until_the_reservation_lapses(noon: dt.datetime, fake: Fake) -> None:
    payment = at_fake()
    asked = []
    while (row := Payment.objects.get(pk=payment.pk)).next_query_at and row.next_query_at < noon + dt.timedelta(minutes=15):
        asked.append(int((row.next_query_at - noon).total_seconds()))
        look(payment, row.next_query_at)
    assert asked == [15, 30, 60, 120, 240, 540]
    assert row.next_query_at == noon + dt.timedelta(minutes=15, seconds=2)
    assert fake.calls == [f"create {payment.number}"] + [f"query {payment.number}"] * 6


def test_an_extended_order_is_asked_about_until_its_new_end(noon: dt.datetime, fake: Fake) -> None:
    payment = at_fake()
    Payment.objects.update(queries=5, next_query_at=noon + dt.timedelta(minutes=15, seconds=2))
    extend(order_id=payment.order_id, now=noon + dt.timedelta(minutes=14))
    row = look(payment, noon + dt.timedelta(minutes=15, seconds=2))
    assert (row.status, row.next_query_at) == (PaymentStatus.PENDING, noon + dt.timedelta(minutes=20, seconds=2))


def test_an_expired_orders_payment_is_closed_at_the_gateway(noon: dt.datetime, fake: Fake) -> None:
    payment = at_fake()
    over = noon + dt.timedelta(minutes=15, seconds=2)
    Payment.objects.update(next_query_at=over)
    run_all(now=over, only={"expire"})
    row = look(payment, over)
    assert (row.status, row.next_query_at) == (PaymentStatus.CLOSED, None)
    assert fake.calls[-1] == f"close {payment.number}"


def test_the_sandbox_closes_its_own_books() -> None:
    payment = started()
    Order.objects.update(status=OrderStatus.CANCELED)
    later = clock.now() + dt.timedelta(minutes=1)
    assert look(payment, later).status == PaymentStatus.CLOSED
    assert trade_of(payment).closed


def test_closing_that_loses_the_race_is_late_money(noon: dt.datetime, fake: Fake) -> None:
    payment = at_fake()
    over = noon + dt.timedelta(minutes=15, seconds=2)
    run_all(now=over, only={"expire"})
    fake.on_close = Trade(TradeState.PAID, "T1", 9800, "CNY")
    row = look(payment, over)
    assert (row.status, row.received, row.order.status) == (PaymentStatus.CONFIRMED, 9800, OrderStatus.PAID)


def test_a_second_open_payment_of_a_paid_order_is_closed(noon: dt.datetime, fake: Fake) -> None:
    order = place_order()
    other, mine = at_fake(order), started(order)
    send(word(mine))
    assert look(other, noon + 15 * SECOND).status == PaymentStatus.CLOSED
    assert fake.calls[-1] == f"close {other.number}"


@pytest.mark.parametrize("trouble", [Ambiguous("time-out"), Rejected("no such merchant")])
def test_no_usable_answer_is_unknown_and_asked_again(noon: dt.datetime, fake: Fake, trouble: Exception) -> None:
    payment = at_fake()
    fake.trade = trouble
    row = look(payment, noon + 15 * SECOND)
    assert (row.status, row.next_query_at) == (PaymentStatus.UNKNOWN, noon + 30 * SECOND)
    fake.trade = UNPAID
    row = look(payment, noon + 30 * SECOND)
    assert (row.status, row.next_query_at) == (PaymentStatus.PENDING, noon + 60 * SECOND)


def test_an_unknown_payment_that_was_paid_is_credited(noon: dt.datetime, fake: Fake) -> None:
    payment = at_fake()
    fake.trade = Ambiguous("time-out")
    look(payment, noon + 15 * SECOND)
    fake.trade = Trade(TradeState.PAID, "T1", 9800, "CNY")
    assert look(payment, noon + 30 * SECOND).order.status == OrderStatus.PAID


@pytest.mark.parametrize(
    ("trade", "status", "failure"),
    [
        (Trade(TradeState.FAILED, reason="the card was declined"), PaymentStatus.FAILED, "the card was declined"),
        (Trade(TradeState.CLOSED), PaymentStatus.CLOSED, ""),
    ],
)
def test_a_payment_that_is_over_there_is_over_here(
    noon: dt.datetime, fake: Fake, trade: Trade, status: str, failure: str
) -> None:
    payment = at_fake()
    fake.trade = trade
    row = look(payment, noon + 15 * SECOND)
    assert (row.status, row.failure, row.next_query_at) == (status, failure, None)
    assert row.order.status == OrderStatus.PENDING


def test_a_payment_the_gateway_never_heard_of_waits_with_its_order_and_ends_with_it(noon: dt.datetime, fake: Fake) -> None:
    payment = at_fake()
    fake.trade = fake.on_close = Trade(TradeState.MISSING)
    assert look(payment, noon + 15 * SECOND).status == PaymentStatus.PENDING
    over = noon + dt.timedelta(minutes=16)
    run_all(now=over, only={"expire"})
    assert look(payment, over).status == PaymentStatus.CLOSED


def test_a_gateway_that_cannot_close_is_asked_until_late_money_buys_nothing_any_more(noon: dt.datetime, fake: Fake) -> None:
    payment = at_fake()
    fake.on_close = UNPAID
    lapses = noon + dt.timedelta(minutes=15)
    run_all(now=lapses, only={"expire"})
    row = look(payment, lapses + LATE_WINDOW)
    assert row.status == PaymentStatus.PENDING
    assert row.next_query_at == lapses + LATE_WINDOW + 15 * SECOND
    assert look(payment, row.next_query_at).status == PaymentStatus.CLOSED


@pytest.mark.parametrize(
    "trade", [Trade(TradeState.PAID, "T1", 9800, "USD"), Trade(TradeState.PAID, "T1", 0, "CNY")], ids=["currency", "nothing"]
)
def test_an_answer_that_fits_no_payment_is_not_credited_and_calls_a_person(
    noon: dt.datetime, fake: Fake, trade: Trade
) -> None:
    payment = at_fake()
    fake.trade = trade
    row = look(payment, noon + 15 * SECOND)
    assert (row.status, row.next_query_at, row.received) == (PaymentStatus.PENDING, None, None)
    assert Alarm.objects.get().kind == "answer-differs"


def test_one_silent_payment_is_asked_about_once_however_many_ask(noon: dt.datetime, fake: Fake) -> None:
    payment = at_fake()
    due = noon + 15 * SECOND
    assert [ask(payment_id=payment.pk, now=due) for _ in range(3)] == [True, False, False]
    assert fake.calls == [f"create {payment.number}", f"query {payment.number}"]


def test_a_payment_that_is_over_is_not_asked_about(noon: dt.datetime) -> None:
    payment = started()
    send(word(payment))
    assert queryable(noon + dt.timedelta(days=2)) == []
    assert not ask(payment_id=payment.pk, now=noon + dt.timedelta(days=2))


def test_settings_that_do_not_open_put_the_payment_off(noon: dt.datetime) -> None:
    payment = started()
    GatewayAccount.objects.update(sealed="k9:nonsense")
    row = look(payment, noon + 15 * SECOND)
    assert (row.status, row.next_query_at) == (PaymentStatus.UNKNOWN, noon + 30 * SECOND)


def test_a_buyer_who_asks_is_answered_at_once_but_not_twice_in_two_seconds(noon: dt.datetime, fake: Fake) -> None:
    payment = at_fake()
    due = payment.next_query_at
    for _ in range(3):
        ask_at_once(order_id=payment.order_id, now=noon)
    assert fake.calls == [f"create {payment.number}", f"query {payment.number}"]
    row = Payment.objects.get(pk=payment.pk)
    assert (row.next_query_at, row.queries) == (due, 0)


def test_a_buyer_waits_for_all_gateways_together_no_longer_than_for_one(
    noon: dt.datetime, fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = at_fake()
    others = [Payment(order=first.order, account=first.account, currency="CNY", amount=9800, started_at=noon) for _ in "ab"]
    second, third = Payment.objects.bulk_create(others)
    moment, allowed = [1000.0], list[float]()

    def hangs(self: FakeGateway, number: str) -> Trade:
        fake.calls.append(f"query {number}")
        allowed.append(patience.timeout())
        moment[0] += 5
        raise Ambiguous("timed out")

    with monkeypatch.context() as during:
        during.setattr(fake, "query", hangs)
        during.setattr("kameng.lib.patience.time.monotonic", lambda: moment[0])
        ask_at_once(order_id=first.order_id, now=noon)
    assert fake.calls[1:] == [f"query {third.number}", f"query {second.number}"]
    assert allowed == [SECONDS_AT_ONCE, SECONDS_AT_ONCE - 5]
    assert Payment.objects.get(pk=first.pk).status == PaymentStatus.PENDING, "left to the sweep"
    assert look(first, noon + 15 * SECOND).queries == 1
