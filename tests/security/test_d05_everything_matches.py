"""D5: amount, currency, merchant, channel and order of a genuine callback all match, or the difference is seen by a person."""

import pytest
from django.urls import reverse

from kameng.notices.models import Alarm
from kameng.tasks.registry import run_all
from shop.ledger.models import AccountKind, Entry
from shop.ledger.queries import balance
from shop.orders.models import Order, OrderStatus
from shop.payments.due import outstanding
from shop.payments.models import Notice, Payment, PaymentStatus, RefusedNotice, Verdict
from tests.factories import buyer, gateway_account, member, place_order
from tests.payments.world import send, started, word

pytestmark = pytest.mark.django_db


def fresh(payment: Payment) -> tuple[Payment, Order]:
    row = Payment.objects.select_related("order").get(pk=payment.pk)
    return row, row.order


def nothing_moved(payment: Payment) -> bool:
    row, order = fresh(payment)
    return (row.status, order.status) == (PaymentStatus.PENDING, OrderStatus.PENDING) and not Entry.objects.exists()


def test_one_fen_too_little_is_credited_and_the_order_waits_for_it() -> None:
    payment = started()
    assert send(word(payment, amount=9799)).content == b"success"
    row, order = fresh(payment)
    assert (row.status, row.received, order.status) == (PaymentStatus.CONFIRMED, 9799, OrderStatus.PENDING)
    assert outstanding(order) == 1
    alarm = Alarm.objects.get()
    assert (alarm.kind, alarm.subject) == ("amount-differs", f"payment:{payment.number}")
    rest = started(order)
    assert rest.amount == 1
    send(word(rest))
    order.refresh_from_db()
    assert order.status == OrderStatus.PAID
    assert balance(owner=order.owner, kind=AccountKind.ORDER, currency="CNY") == 0


def test_one_fen_too_much_is_delivered_and_the_rest_is_given_back() -> None:
    alice = member()
    payment = started(place_order(by=buyer(user=alice)))
    assert send(word(payment, amount=9801)).content == b"success"
    row, order = fresh(payment)
    assert (row.received, order.status) == (9801, OrderStatus.PAID)
    run_all()
    assert order.lines.get().delivered == 1
    assert balance(owner=alice.holder, kind=AccountKind.WALLET, currency="CNY") == 1
    assert Alarm.objects.get().kind == "amount-differs"


def test_another_currency_is_quarantined() -> None:
    payment = started()
    assert send(word(payment).but(currency="USD")).content == b"success"
    assert nothing_moved(payment)
    notice = Notice.objects.get()
    assert (notice.verdict, notice.reason) == (Verdict.QUARANTINED, "currency USD instead of CNY")
    assert Alarm.objects.get().kind == "notice-quarantined"


def test_another_merchants_pid_is_refused() -> None:
    """The sandbox's keys are not shared between merchants, so such a notice is not even genuine."""
    payment = started()
    said = word(payment).but(pid="pid-of-another-merchant")
    assert send(said).content == b"fail"
    assert nothing_moved(payment)
    assert RefusedNotice.objects.get().reason == "meant for another account"


def test_an_order_of_another_channel_is_quarantined() -> None:
    """A genuine notice of one account that names a payment of another."""
    payment = started()
    other = gateway_account("second channel")
    said = word(started(place_order(), account=other)).but(number=payment.number, event="confused")
    assert send(said).content == b"success"
    assert nothing_moved(payment)
    notice = Notice.objects.get()
    assert (notice.account, notice.verdict, notice.payment) == (other, Verdict.QUARANTINED, None)


def test_an_unknown_order_is_quarantined() -> None:
    payment = started()
    assert send(word(payment).but(number="f" * 32)).content == b"success"
    assert nothing_moved(payment)
    assert Notice.objects.get().verdict == Verdict.QUARANTINED


def test_a_quarantined_notice_that_comes_again_is_accepted_again_and_stays_quarantined() -> None:
    payment = started()
    said = word(payment).but(currency="USD")
    assert [send(said).content for _ in range(3)] == [b"success"] * 3
    assert (Notice.objects.count(), nothing_moved(payment)) == (1, True)


def test_the_address_of_notices_names_the_account_and_nothing_else() -> None:
    account = gateway_account()
    assert reverse("notify", args=[account.public_id]) == f"/pay/n/{account.public_id}/"
