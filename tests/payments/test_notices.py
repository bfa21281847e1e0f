"""What gateways tell us, through the callback that they use."""

import pytest

from shop.orders.models import OrderStatus
from shop.payments.models import Notice, PaymentStatus, Verdict
from tests.payments.world import send, started, word

pytestmark = pytest.mark.django_db


def test_a_genuine_notice_pays_the_order() -> None:
    payment = started()
    answer = send(word(payment))
    assert (answer.status_code, answer.content) == (200, b"success")
    payment.refresh_from_db()
    payment.order.refresh_from_db()
    assert (payment.status, payment.received) == (PaymentStatus.CONFIRMED, 9800)
    assert payment.order.status == OrderStatus.PAID
    notice = Notice.objects.get()
    assert (notice.verdict, notice.payment) == (Verdict.CREDITED, payment)
