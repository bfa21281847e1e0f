"""One notice of a gateway, a hundred times in the same moment: every sender hears success, the buyer gets one delivery."""

from functools import partial

import httpx
import pytest
from django.urls import reverse

from fulfillment.delivery.models import Fulfillment, FulfillmentStatus
from kameng.notices.models import Notification
from shop.inventory.models import Movement, StockUnit, UnitStatus
from shop.ledger.models import AccountKind, Entry, Journal
from shop.orders.models import LineStatus, Order
from shop.payments.gateways.sandbox.gateway import CONTENT_TYPE
from shop.payments.models import Notice, Payment, PaymentStatus
from tests import factories
from tests.harness.crowd import together
from tests.harness.fixtures import Site
from tests.harness.scale import scale
from tests.payments import world

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race, pytest.mark.drill]

COPIES = scale(20, 100)
ORDERS = scale(3, 20)
PATIENCE_SECONDS = 110.0


def test_the_same_notice_at_once_is_one_receipt_and_one_delivery(calm: Site) -> None:
    sku = factories.sku(units=ORDERS)
    payments = [world.started(factories.place_order(sku, by=factories.buyer(f"buyer-{i}"))) for i in range(ORDERS)]
    for payment in payments:
        assert [(answer.status_code, answer.text) for answer in told_at_once(calm, payment)] == [(200, "success")] * COPIES
    calm.drain()
    for payment in payments:
        assert_credited_once(payment)
        assert_delivered_once(payment.order)
    assert StockUnit.objects.filter(status=UnitStatus.DELIVERED).count() == ORDERS


def told_at_once(site: Site, payment: Payment) -> list[httpx.Response]:
    """The gateway's notice of payment, from as many senders at once as there are copies."""
    body = world.word(payment).body
    url = site.url + reverse("notify", args=[payment.account.public_id])
    limits = httpx.Limits(max_connections=COPIES, max_keepalive_connections=0)
    with httpx.Client(limits=limits, timeout=PATIENCE_SECONDS, trust_env=False) as gateway:
        send = partial(gateway.post, url, content=body, headers={"Content-Type": CONTENT_TYPE})
        answers = together([send] * COPIES, connected=False)
    assert [answer for answer in answers if not isinstance(answer, httpx.Response)] == []
    return answers


def assert_credited_once(payment: Payment) -> None:
    payment.refresh_from_db()
    assert (payment.status, payment.received) == (PaymentStatus.CONFIRMED, payment.amount)
    assert Notice.objects.filter(payment=payment).count() == 1
    assert Journal.objects.filter(key=f"payment:{payment.pk}:confirmed").count() == 1
    moved = Entry.objects.filter(account__owner=payment.order.owner, account__kind=AccountKind.ORDER, amount__gt=0)
    assert [entry.amount for entry in moved] == [payment.amount]


def assert_delivered_once(order: Order) -> None:
    line = factories.line_of(order)
    assert (line.status, line.delivered) == (LineStatus.DELIVERED, 1)
    assert Fulfillment.objects.get(line=line).status == FulfillmentStatus.DELIVERED
    unit = StockUnit.objects.get(reservation=line.reservation)
    assert Movement.objects.filter(unit=unit, to_status=UnitStatus.DELIVERED).count() == 1
    assert Notification.objects.filter(key=f"line:{line.pk}:delivered").count() == 1
