"""Starting a payment: our row first, then the gateway."""

import datetime as dt

import pytest

from kameng.lib import clock
from kameng.tasks.registry import run_all
from shop.orders.models import OrderStatus
from shop.payments.gateways.base import Ambiguous, Created, Rejected
from shop.payments.gateways.sandbox.models import SandboxTrade
from shop.payments.models import GatewayAccount, Payment, PaymentStatus
from shop.payments.start import GatewayDown
from shop.payments.wallet import NotPayable
from tests.factories import gateway_account, pay_order, place_order, receive
from tests.payments.fakes import FakeGateway
from tests.payments.test_sweep import at_fake, look
from tests.payments.world import started

pytestmark = pytest.mark.django_db

Fake = type[FakeGateway]
SECOND = dt.timedelta(seconds=1)


def test_a_payment_waits_at_the_gateway_for_all_that_is_missing(noon: dt.datetime) -> None:
    payment = started()
    trade = SandboxTrade.objects.get()
    assert (payment.status, payment.amount, payment.trade_no) == (PaymentStatus.PENDING, 9800, trade.trade_no)
    assert payment.pay_url == f"/sandbox/{trade.trade_no}/"
    assert payment.next_query_at == noon + 15 * SECOND
    assert (trade.amount, trade.currency, trade.number) == (9800, "CNY", payment.number)


def test_a_double_click_is_one_payment(fake: Fake) -> None:
    order = place_order()
    first, second = at_fake(order), at_fake(order)
    assert (first.pk, fake.calls) == (second.pk, [f"create {first.number}"])


def test_two_ways_are_two_payments() -> None:
    order = place_order()
    assert started(order).pk != started(order, account=gateway_account("second")).pk


def test_what_came_already_is_not_asked_for_again() -> None:
    order = place_order()
    receive(order, 9000)
    assert started(order).amount == 800


def test_an_order_that_has_all_its_money_takes_no_more() -> None:
    order = place_order()
    receive(order, 9800)
    with pytest.raises(NotPayable):
        started(order)
    assert Payment.objects.count() == 1


def test_a_gateway_that_says_no_leaves_a_failed_payment(fake: Fake) -> None:
    fake.created = Rejected("channel switched off")
    with pytest.raises(GatewayDown):
        at_fake()
    row = Payment.objects.get()
    assert (row.status, row.failure, row.next_query_at) == (PaymentStatus.FAILED, "channel switched off", None)


def test_settings_that_cannot_be_used_are_a_gateway_that_is_down() -> None:
    account = gateway_account()
    GatewayAccount.objects.update(sealed="")
    account.refresh_from_db()
    with pytest.raises(GatewayDown):
        started(account=account)
    row = Payment.objects.get()
    # What is wrong with our settings is no answer of the gateway, and nothing that a buyer reads.
    assert (row.status, row.failure) == (PaymentStatus.FAILED, "")
    assert account.public_id in row.events.get(to_status=PaymentStatus.FAILED).reason


def test_no_answer_is_unknown_and_the_way_there_is_found_with_the_same_number(noon: dt.datetime, fake: Fake) -> None:
    order = place_order()
    fake.created = Ambiguous("time-out")
    with pytest.raises(GatewayDown):
        at_fake(order)
    payment = Payment.objects.get()
    assert (payment.status, payment.pay_url) == (PaymentStatus.UNKNOWN, "")
    assert look(payment, noon + 15 * SECOND).status == PaymentStatus.PENDING
    fake.created = Created("https://pay.example/t/7", "T7")
    again = at_fake(order)
    assert (again.pk, again.pay_url, again.trade_no) == (payment.pk, "https://pay.example/t/7", "T7")
    payment.refresh_from_db()
    assert (payment.pay_url, payment.trade_no) == ("https://pay.example/t/7", "T7")


def test_a_process_that_dies_before_the_gateway_answers_uses_its_number_again(fake: Fake) -> None:
    order = place_order()
    fake.created = SystemExit()  # type: ignore[assignment]
    with pytest.raises(SystemExit):
        at_fake(order)
    assert Payment.objects.get().status == PaymentStatus.CREATED
    fake.created = Created("https://pay.example/t/1")
    payment = at_fake(order)
    assert (payment.status, fake.calls) == (PaymentStatus.PENDING, [f"create {payment.number}"] * 2)


def test_an_order_that_is_paid_takes_no_payment() -> None:
    with pytest.raises(NotPayable):
        started(pay_order())


def test_an_order_whose_time_is_over_takes_no_payment(noon: dt.datetime) -> None:
    order = place_order()
    with clock.at(order.reserved_until), pytest.raises(NotPayable):
        started(order)
    run_all(now=order.reserved_until, only={"expire"})
    order.refresh_from_db()
    assert order.status == OrderStatus.EXPIRED
    with pytest.raises(NotPayable):
        started(order)
