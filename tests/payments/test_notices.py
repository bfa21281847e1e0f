"""What gateways tell us, through the callback that they use."""

import datetime as dt
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kameng.lib import clock
from kameng.notices.models import Alarm
from kameng.tasks.registry import run_all
from shop.ledger.models import AccountKind, Journal
from shop.ledger.queries import balance
from shop.orders.models import Order, OrderStatus
from shop.payments import confirm, notify, outcome
from shop.payments.models import Notice, Payment, PaymentStatus, RefusedNotice, Verdict
from shop.payments.notify import LONGEST_NOTICE
from shop.payments.pay import wallet_account
from tests.factories import NOON, gateway_account, place_order
from tests.payments.world import send, started, word

pytestmark = pytest.mark.django_db

SUCCESS = (200, b"success")
FAIL = (400, b"fail")


def answer(*args: Any, **kwargs: Any) -> tuple[int, bytes]:
    """Status and body of what the shop answers."""
    said = send(*args, **kwargs)
    return said.status_code, said.content


def state(payment: Payment) -> tuple[str, str]:
    """The status of the payment and of its order, as they stand in the database."""
    fresh = Payment.objects.select_related("order").get(pk=payment.pk)
    return fresh.status, fresh.order.status


def test_a_genuine_notice_pays_the_order() -> None:
    payment = started()
    assert answer(word(payment)) == SUCCESS
    assert state(payment) == (PaymentStatus.CONFIRMED, OrderStatus.PAID)
    notice = Notice.objects.get()
    assert (notice.verdict, notice.payment) == (Verdict.CREDITED, payment)
    payment.refresh_from_db()
    assert (payment.received, payment.next_query_at) == (9800, None)
    assert not Alarm.objects.exists()


def test_the_same_notice_again_changes_nothing() -> None:
    payment = started()
    said = word(payment)
    assert [answer(said), answer(said), answer(said)] == [SUCCESS] * 3
    assert Notice.objects.count() == 1
    assert Journal.objects.filter(key=f"payment:{payment.pk}:confirmed").count() == 1
    assert payment.events.filter(to_status="CONFIRMED").count() == 1


@pytest.mark.parametrize(("times", "told", "status"), [(3, SUCCESS, "PAID"), (4, None, "PENDING")])
def test_who_is_in_the_way_is_waited_for_before_the_gateway_is_sent_away(
    monkeypatch: pytest.MonkeyPatch, times: int, told: tuple[int, bytes] | None, status: str
) -> None:
    """A gateway that is refused comes back after minutes only."""
    payment, held = started(), iter(range(times))

    def paid(**what: Any) -> None:
        for _time in held:
            error = OperationalError("canceling statement due to lock timeout")
            error.__cause__ = type("LockNotAvailable", (Exception,), {"sqlstate": "55P03"})()
            raise error
        outcome.paid(**what)

    monkeypatch.setattr(notify, "paid", paid)
    said = answer(word(payment))
    assert said == told if told else said[0] == 503
    assert state(payment)[1] == status
    assert Notice.objects.count() == (status == "PAID")


def test_the_same_money_under_another_event_is_credited_once() -> None:
    payment = started()
    send(word(payment))
    assert answer(word(payment).but(event="told-again")) == SUCCESS
    assert sorted(Notice.objects.values_list("verdict", flat=True)) == [Verdict.CREDITED, Verdict.REPEATED]
    assert Journal.objects.filter(key__endswith=":confirmed").count() == 1


def test_money_that_a_query_found_first_is_credited_once() -> None:
    payment = started()
    said = word(payment)
    receipt = confirm.Receipt(said.fields["trade_no"], 9800, "CNY")
    outcome.paid(payment=payment, receipt=receipt, now=clock.now(), source="query")
    assert answer(said) == SUCCESS
    assert Notice.objects.get().verdict == Verdict.REPEATED
    assert state(payment) == (PaymentStatus.CONFIRMED, OrderStatus.PAID)


def test_a_process_that_dies_before_the_receipt_is_committed_leaves_nothing_and_the_next_notice_credits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    payment = started()

    def power_cut(*args: Any, **kwargs: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as broken:
        broken.setattr(confirm, "store", power_cut)
        with pytest.raises(SystemExit):
            send(word(payment))
    assert state(payment) == (PaymentStatus.PENDING, OrderStatus.PENDING)
    assert not Notice.objects.exists()
    assert answer(word(payment)) == SUCCESS
    assert state(payment) == (PaymentStatus.CONFIRMED, OrderStatus.PAID)


def test_a_process_that_dies_between_receipt_and_payment_leaves_the_rest_to_the_sweep(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    payment = started()

    def power_cut(*args: Any, **kwargs: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as broken:
        broken.setattr(outcome, "pay", power_cut)
        with pytest.raises(SystemExit):
            send(word(payment))
    assert state(payment) == (PaymentStatus.CONFIRMED, OrderStatus.PENDING)
    assert answer(word(payment)) == SUCCESS
    assert run_all(only={"pay"}) == 1
    assert state(payment) == (PaymentStatus.CONFIRMED, OrderStatus.PAID)


def test_a_receipt_is_answered_with_success_even_when_settling_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    payment = started()

    def fails(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("lock timeout")

    monkeypatch.setattr(outcome, "pay", fails)
    assert answer(word(payment)) == SUCCESS
    assert state(payment) == (PaymentStatus.CONFIRMED, OrderStatus.PENDING)


@pytest.mark.parametrize(
    ("said", "status", "failure"),
    [("failed", PaymentStatus.FAILED, "declined"), ("closed", PaymentStatus.CLOSED, "")],
)
def test_a_payment_that_came_to_nothing_is_over_and_the_order_still_waits(said: str, status: str, failure: str) -> None:
    payment = started()
    assert answer(word(payment, state=said)) == SUCCESS
    payment.refresh_from_db()
    assert (payment.status, payment.failure, payment.next_query_at) == (status, failure, None)
    assert state(payment)[1] == OrderStatus.PENDING
    assert Notice.objects.get().verdict == Verdict.NOTED
    again = started(Order.objects.get(pk=payment.order_id))
    assert (again.pk != payment.pk, again.status) == (True, PaymentStatus.PENDING)


@pytest.mark.parametrize("said", ["failed", "closed"])
def test_money_that_comes_after_all_is_credited(said: str) -> None:
    payment = started()
    send(word(payment, state=said))
    assert answer(word(payment)) == SUCCESS
    assert state(payment) == (PaymentStatus.CONFIRMED, OrderStatus.PAID)


def test_a_failure_told_after_the_money_changes_nothing() -> None:
    payment = started()
    send(word(payment))
    assert answer(word(payment, state="failed")) == SUCCESS
    assert state(payment) == (PaymentStatus.CONFIRMED, OrderStatus.PAID)


def test_a_notice_that_nothing_was_paid_yet_is_noted() -> None:
    payment = started()
    assert answer(word(payment, state="unpaid")) == SUCCESS
    assert state(payment) == (PaymentStatus.PENDING, OrderStatus.PENDING)
    assert Notice.objects.get().verdict == Verdict.NOTED


def test_an_unknown_number_is_quarantined() -> None:
    account = gateway_account()
    said = word(started()).but(number="0" * 32)
    assert answer(said) == SUCCESS
    notice = Notice.objects.get()
    assert (notice.verdict, notice.payment, notice.account) == (Verdict.QUARANTINED, None, account)
    assert Alarm.objects.get().kind == "notice-quarantined"


def test_a_second_trade_under_one_number_is_quarantined() -> None:
    payment = started()
    send(word(payment))
    said = word(payment).but(trade_no="ANOTHER-TRADE", event="another")
    assert answer(said) == SUCCESS
    assert Notice.objects.get(event="another").verdict == Verdict.QUARANTINED
    assert balance(owner=payment.order.owner, kind=AccountKind.ORDER, currency="CNY") == 0
    assert Journal.objects.filter(key__endswith=":confirmed").count() == 1


def test_another_amount_for_a_trade_already_credited_is_quarantined() -> None:
    payment = started()
    send(word(payment))
    assert answer(word(payment, amount=19600).but(event="twice-as-much")) == SUCCESS
    assert Notice.objects.get(event="twice-as-much").verdict == Verdict.QUARANTINED
    payment.refresh_from_db()
    assert payment.received == 9800


def test_a_trade_credited_to_another_payment_is_quarantined() -> None:
    first, second = started(), started(place_order())
    Payment.objects.filter(pk=second.pk).update(trade_no="")
    send(word(first))
    taken = word(first).fields["trade_no"]
    assert answer(word(second).but(trade_no=taken, event="borrowed")) == SUCCESS
    assert Notice.objects.get(event="borrowed").verdict == Verdict.QUARANTINED
    assert state(second) == (PaymentStatus.PENDING, OrderStatus.PENDING)


def test_nothing_is_credited_for_nothing() -> None:
    payment = started()
    assert answer(word(payment, amount=0)) == SUCCESS
    assert Notice.objects.get().verdict == Verdict.QUARANTINED
    assert state(payment) == (PaymentStatus.PENDING, OrderStatus.PENDING)


def test_late_money_still_buys_what_is_there(noon: dt.datetime) -> None:
    payment = started()
    later = noon + dt.timedelta(minutes=16)
    with clock.at(later):
        run_all(now=later, only={"expire", "query"})
        assert state(payment) == (PaymentStatus.CLOSED, OrderStatus.EXPIRED)
        assert answer(word(payment)) == SUCCESS
    assert state(payment) == (PaymentStatus.CONFIRMED, OrderStatus.PAID)


def test_an_account_switched_off_still_hears_of_its_old_payments() -> None:
    payment = started()
    type(payment.account).objects.update(enabled=False)
    assert answer(word(payment)) == SUCCESS
    assert state(payment) == (PaymentStatus.CONFIRMED, OrderStatus.PAID)


@pytest.mark.parametrize("public_id", ["nobody", "wallet"])
def test_an_address_that_is_no_gateways_does_not_exist(public_id: str) -> None:
    wallet_account("CNY")
    said = word(started())
    answered = Client().post(reverse("notify", args=[public_id]), said.body, content_type="text/plain")
    assert answered.status_code == 404
    assert not RefusedNotice.objects.exists()


def test_only_posts_are_notices() -> None:
    said = word(started())
    answered = Client().get(reverse("notify", args=[said.account.public_id]) + "?" + said.body)
    assert answered.status_code == 405


def test_what_is_longer_than_64_kib_is_refused() -> None:
    said = word(started())
    assert answer(said.body + "&" + "x" * LONGEST_NOTICE, said.account) == FAIL
    assert RefusedNotice.objects.get().reason == "too long"
    assert len(RefusedNotice.objects.get().body) == 1000


def test_the_log_of_refused_notices_keeps_the_newest_thousand() -> None:
    account = gateway_account()
    old = [RefusedNotice(path="/", reason=f"old {i}", received_at=NOON) for i in range(1000)]
    RefusedNotice.objects.bulk_create(old)
    assert [answer("forged", account), answer(b"\xff\x00forged".decode("latin-1"), account)] == [FAIL, FAIL]
    assert RefusedNotice.objects.count() == 1000
    assert not RefusedNotice.objects.filter(reason__in=["old 0", "old 1"]).exists()
    assert RefusedNotice.objects.filter(reason="old 2").exists()


def test_a_refused_notice_says_where_it_came_from() -> None:
    account = gateway_account()
    send("forged", account, REMOTE_ADDR="127.0.0.1", headers={"X-Forwarded-For": "198.51.100.7"})
    row = RefusedNotice.objects.order_by("-pk")[0]
    assert (row.path, row.address, row.body) == (f"/pay/n/{account.public_id}/", "198.51.100.7", "forged")
    alarm = Alarm.objects.get()
    assert (alarm.kind, alarm.times, alarm.subject) == ("notice-refused", 1, f"account:{account.public_id}")


def test_a_notice_opens_no_session() -> None:
    said = word(started())
    with CaptureQueriesContext(
        connection,
    ) as asked:
        send(said)
    assert not [query["sql"] for query in asked if "django_session" in query["sql"]]
