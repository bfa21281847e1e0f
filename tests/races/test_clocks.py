"""The clock against the people: payment and expiry, delivery and refund deadline, money of the wrong size or hour."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from fulfillment.delivery.clock import refund_overdue
from fulfillment.delivery.deliver import deliver
from kameng.lib import clock
from kameng.tasks import registry
from shop.inventory.claim import SoldOut
from shop.ledger.models import Account, AccountKind
from shop.orders.expire import expire
from shop.orders.models import LineStatus, Order, OrderLine, OrderStatus
from shop.payments.gateways.sandbox.models import SandboxRefund
from shop.payments.models import Payment
from shop.payments.pay import pay
from tests import factories
from tests.harness.scale import scale
from tests.races.rivals import assert_books_hold, in_rounds, to_the_end

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.drill]

ORDERS = scale(20, 500)
SECOND = dt.timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _gateway(transactional_db: None) -> None:
    factories.gateway_account()


def assert_goods_or_money(order: Order) -> None:
    order.refresh_from_db()
    line = OrderLine.objects.get(order=order)
    received = sum(p.received or 0 for p in Payment.objects.filter(order=order))
    back = sum(row.amount for row in SandboxRefund.objects.filter(trade__number__in=numbers(order)))
    kept = Account.objects.get(owner=order.owner, kind=AccountKind.ORDER).balance
    assert kept == 0
    if line.status == LineStatus.COMPLETED:
        assert (line.delivered, line.refunded_amount, received - back) == (1, 0, order.total)
    else:
        assert line.status in (LineStatus.REFUNDED, LineStatus.RELEASED)
        assert (line.delivered, received - back) == (0, 0)


def numbers(order: Order) -> list[str]:
    return list(Payment.objects.filter(order=order).values_list("number", flat=True))


class TestPaymentAgainstExpiry:
    def test_the_buyer_gets_the_goods_while_they_are_there(self) -> None:
        sku = factories.sku(units=ORDERS)
        orders = [factories.place_order(sku, by=factories.buyer(f"b{i}")) for i in range(ORDERS)]
        in_rounds([[paying(order, order.reserved_until), expiring(order)] for order in orders])
        to_the_end()
        assert {line.status for line in OrderLine.objects.all()} == {LineStatus.COMPLETED}
        for order in orders:
            assert_goods_or_money(order)
        assert_books_hold()

    def test_a_rival_may_get_the_unit_and_then_the_money_goes_back(self) -> None:
        orders, acts = [], []
        for i in range(ORDERS):
            sku = factories.sku(units=1)
            order = factories.place_order(sku, by=factories.buyer(f"b{i}"))
            orders.append(order)
            late = order.reserved_until + SECOND
            acts.append([paying(order, late), expiring(order, late), rival(sku, i, late)])
        in_rounds(acts)
        to_the_end()
        for order in orders:
            assert_goods_or_money(order)
        assert_books_hold()


class TestDeliveryAgainstTheDeadline:
    def test_goods_or_money_never_both_never_neither(self) -> None:
        sku = factories.sku(units=ORDERS)
        orders = [factories.pay_order(factories.place_order(sku, by=factories.buyer(f"b{i}"))) for i in range(ORDERS)]
        factories.verify_all()
        acts = []
        for order in orders:
            line = OrderLine.objects.get(order=order)
            assert line.refund_by
            before, after = line.refund_by - SECOND, line.refund_by
            acts.append([delivering(line, before), refunding(line, after)])
        in_rounds(acts)
        ends = {line.status for line in OrderLine.objects.all()}
        assert ends <= {LineStatus.DELIVERED, LineStatus.REFUNDED}
        to_the_end()
        for order in orders:
            assert_goods_or_money(order)
        assert_books_hold()


class TestMoneyOfTheWrongSizeOrHour:
    @pytest.mark.parametrize("difference", [-1, +1, +10_000])
    def test_under_stays_unpaid_and_over_is_delivered_and_the_rest_returned(self, difference: int) -> None:
        sku = factories.sku(units=ORDERS)
        orders = [factories.place_order(sku, by=factories.buyer(f"b{i}")) for i in range(ORDERS)]
        for order in orders:
            factories.pay_order(order, amount=order.total + difference)
        goods = difference > 0
        assert {order.status for order in Order.objects.all()} == {OrderStatus.PAID if goods else OrderStatus.PENDING}
        to_the_end()
        for order in orders:
            assert_goods_or_money(order)
        wanted = LineStatus.COMPLETED if goods else LineStatus.RELEASED
        assert {line.status for line in OrderLine.objects.all()} == {wanted}
        assert_books_hold()

    def test_late_money_buys_at_the_old_price_or_goes_back(self) -> None:
        half = ORDERS // 2
        sku = factories.sku(units=ORDERS)
        orders = [factories.place_order(sku, by=factories.buyer(f"b{i}")) for i in range(ORDERS)]
        for i, order in enumerate(orders):
            expire(order_id=order.pk, now=order.reserved_until)
            hours = 23 if i < half else 25
            factories.pay_order(order, now=order.reserved_until + dt.timedelta(hours=hours))
        got = [Order.objects.get(pk=order.pk).status for order in orders]
        assert got == [OrderStatus.PAID] * half + [OrderStatus.EXPIRED] * (ORDERS - half)
        registry.run_all(now=clock.now() + dt.timedelta(hours=24))
        for hours in (60, 130, 160):
            registry.run_all(now=clock.now() + dt.timedelta(hours=hours))
        for order in orders:
            assert_goods_or_money(order)
        assert_books_hold()


def paying(order: Order, now: dt.datetime) -> Callable[[], Any]:
    def act() -> None:
        factories.receive(order, order.total, now=now)
        pay(order_id=order.pk, now=now)

    return act


def expiring(order: Order, now: dt.datetime | None = None) -> Callable[[], Any]:
    return lambda: expire(order_id=order.pk, now=now or order.reserved_until)


def rival(sku: Any, i: int, now: dt.datetime) -> Callable[[], Any]:
    def act() -> None:
        try:
            factories.pay_order(factories.place_order(sku, by=factories.buyer(f"rival{i}"), now=now), now=now)
        except SoldOut:
            return

    return act


def delivering(line: OrderLine, now: dt.datetime) -> Callable[[], Any]:
    return lambda: deliver(line_id=line.pk, now=now)


def refunding(line: OrderLine, now: dt.datetime) -> Callable[[], Any]:
    return lambda: refund_overdue(line_id=line.pk, now=now)
