"""The demo's product that never arrives: its buyer waits, is told why, and has the money back at the deadline."""

import datetime as dt

import pytest

from fulfillment.delivery.models import FulfillmentStatus
from fulfillment.demo import goods, staged
from kameng.lib import clock
from kameng.tasks.known import controllers
from kameng.tasks.models import FailingRow
from kameng.tasks.registry import run_all
from shop.orders.models import LineStatus
from shop.payments.models import Refund, RefundStatus
from tests import factories as f
from tests.factories import NOON

SECOND = dt.timedelta(seconds=1)


@pytest.fixture(autouse=True)
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    # Afterwards the shop's own controller is back.
    monkeypatch.setitem(controllers, "deliver", controllers["deliver"])
    staged.install()


@pytest.mark.django_db(transaction=True)
def test_the_goods_never_come_and_the_money_does_at_the_deadline() -> None:
    with clock.at(NOON):
        never = f.sku(units=1, of=f.listing(slug=staged.NEVER), promise_seconds=10, refund_seconds=staged.REFUND_SECONDS)
        order, other = f.pay_order(f.place_order(never)), f.pay_order()
        run_all(now=NOON)
    line = f.line_of(order)
    assert (line.status, f.line_of(other).status) == (LineStatus.VERIFIED, LineStatus.DELIVERED)
    assert (line.fulfillment.status, line.fulfillment.problem) == (FulfillmentStatus.RETRY, staged.PROBLEM)
    late = NOON + staged.REFUND_SECONDS * SECOND
    with clock.at(late - SECOND):
        run_all(now=late - SECOND, only=["deliver", "clock"])
    assert f.line_of(order).status == LineStatus.VERIFIED
    with clock.at(late):
        run_all(now=late)
    assert f.line_of(order).status == LineStatus.REFUNDED
    assert Refund.objects.get(order=order).status == RefundStatus.DONE
    # Nobody is called for what is meant to fail.
    assert not FailingRow.objects.exists()


def test_the_demo_sells_it_and_says_what_it_is() -> None:
    (product,) = [product for product in goods.PRODUCTS if product.slug == staged.NEVER]
    assert "演示" in product.title
    assert "永远发不出货" in product.warning
    assert [good.refund for good in product.goods] == [staged.REFUND_SECONDS]
