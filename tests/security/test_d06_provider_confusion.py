"""D6: an order created for one channel is not confirmed by another channel's valid callback."""

import pytest

from kameng.notices.models import Alarm
from shop.ledger.models import Entry
from shop.orders.models import OrderStatus
from shop.payments.models import Notice, Payment, PaymentStatus, RefusedNotice, Verdict
from shop.payments.pay import wallet_account
from tests.factories import gateway_account, place_order
from tests.payments.world import send, started, word

pytestmark = pytest.mark.django_db


@pytest.fixture
def payment() -> Payment:
    """¥98.00 due at channel X."""
    return started(account=gateway_account("X"))


def untouched(payment: Payment) -> bool:
    row = Payment.objects.select_related("order").get(pk=payment.pk)
    states = (row.status, row.order.status) == (PaymentStatus.PENDING, OrderStatus.PENDING)
    return states and not Entry.objects.exists()


def test_channel_y_cannot_confirm_what_is_due_at_channel_x(payment: Payment) -> None:
    theirs = started(place_order(), account=gateway_account("Y"))
    said = word(theirs).but(number=payment.number)
    assert send(said).content == b"success"
    assert untouched(payment)
    assert Notice.objects.get().verdict == Verdict.QUARANTINED
    assert Alarm.objects.get().kind == "notice-quarantined"


def test_channel_ys_notice_at_the_address_of_channel_x_is_forged_there(payment: Payment) -> None:
    theirs = started(place_order(), account=gateway_account("Y"))
    answer = send(word(theirs), account=payment.account)
    assert (answer.status_code, answer.content) == (400, b"fail")
    assert untouched(payment)
    assert RefusedNotice.objects.get().reason == "meant for another account"


def test_channel_xs_notice_at_the_address_of_channel_y_is_forged_there(payment: Payment) -> None:
    answer = send(word(payment), account=gateway_account("Y"))
    assert (answer.status_code, answer.content) == (400, b"fail")
    assert untouched(payment)


def test_the_wallet_has_no_callback(payment: Payment) -> None:
    answer = send(word(payment), account=wallet_account("CNY"))
    assert answer.status_code == 404
    assert untouched(payment)
