"""Money on its way back to where it came from."""

import datetime as dt
from typing import Any

import pytest

from kameng.audit import models as audit
from kameng.audit.record import Actor
from kameng.lib import clock
from kameng.notices.models import Alarm
from kameng.tasks.registry import run_all
from shop.ledger.models import AccountKind, Entry
from shop.ledger.queries import balance
from shop.orders.models import LineStatus, Order, OrderStatus
from shop.payments import send_back as sending
from shop.payments.gateways.base import Ambiguous, RefundState, Rejected, Trade, TradeState
from shop.payments.gateways.sandbox.models import SandboxRefund
from shop.payments.models import Destination, Payment, Refund, RefundStatus
from shop.payments.send_back import PATIENCE, by_hand, send_back, sendable
from tests.factories import NOON, buyer, gateway_account, line_of, member, pay_order, place_order, receive
from tests.payments.fakes import FakeGateway
from tests.payments.test_sweep import at_fake, look

pytestmark = pytest.mark.django_db

Fake = type[FakeGateway]
SECOND = dt.timedelta(seconds=1)
LATE = NOON + dt.timedelta(minutes=31)


@pytest.fixture(autouse=True)
def _at_noon(noon: dt.datetime) -> None:
    """Everything begins at noon."""


def late(order: Order) -> Refund:
    """Let the paid order pass its refund deadline, undelivered; the refund that is asked for."""
    run_all(now=LATE, only={"clock"})
    return Refund.objects.filter(order=order).get()


def at_fake_gateway(fake: Fake, **who: Any) -> Order:
    """An order paid through the fake gateway."""
    payment = at_fake(place_order(by=buyer(**who)))
    fake.trade = Trade(TradeState.PAID, "T1", payment.amount, "CNY")
    return look(payment, NOON + 15 * SECOND).order


def tick(at: dt.datetime) -> Refund:
    """Run the controller once at that time; the only refund as it is then."""
    with clock.at(at):
        run_all(now=at, only={"refund"})
    return Refund.objects.get()


def on(owner: str, kind: AccountKind) -> int:
    """The sum of all entries of an account."""
    return sum(Entry.objects.filter(account__owner=owner, account__kind=kind).values_list("amount", flat=True))


def test_a_late_order_of_a_guest_goes_back_to_the_source() -> None:
    order = pay_order()
    refund = late(order)
    assert (refund.status, refund.destination, refund.amount) == (RefundStatus.REQUESTED, Destination.SOURCE, 9800)
    done = tick(LATE)
    assert (done.status, done.done_at, done.next_try_at) == (RefundStatus.DONE, LATE, None)
    row = SandboxRefund.objects.get()
    assert (row.number, row.amount) == (refund.number, 9800)
    steps = list(done.events.order_by("pk").values_list("to_status", flat=True))
    assert steps == [RefundStatus.REQUESTED, RefundStatus.SUBMITTED, RefundStatus.DONE]
    order.refresh_from_db()
    assert (order.status, line_of(order).status) == (OrderStatus.CANCELED, LineStatus.REFUNDED)
    gateway = gateway_account().owner
    assert (on(gateway, AccountKind.GATEWAY), on(gateway, AccountKind.CLEARING), on(order.owner, AccountKind.ORDER)) == (
        0,
        0,
        0,
    )


def test_a_gateway_that_takes_its_time_is_asked_and_never_told_twice(fake: Fake) -> None:
    order = at_fake_gateway(fake)
    refund = late(order)
    fake.refunded = [RefundState.PENDING]
    fake.asked_refund = [RefundState.PENDING, RefundState.DONE]
    assert tick(LATE).status == RefundStatus.SUBMITTED
    assert tick(LATE + 29 * SECOND).attempts == 1
    assert tick(LATE + 30 * SECOND).status == RefundStatus.SUBMITTED
    assert tick(LATE + 90 * SECOND).status == RefundStatus.DONE
    told = [call for call in fake.calls if call.startswith("refund")]
    assert told == [f"refund {refund.number} 9800 CNY"]


def test_an_unclear_answer_is_looked_up_before_anything_is_repeated(fake: Fake) -> None:
    order = at_fake_gateway(fake)
    refund = late(order)
    fake.refunded = [Ambiguous("time-out"), RefundState.DONE]
    fake.asked_refund = [RefundState.MISSING]
    assert tick(LATE).status == RefundStatus.UNKNOWN
    assert on(order.owner, AccountKind.ORDER) == 0
    assert tick(LATE + 30 * SECOND).status == RefundStatus.DONE
    told = [call for call in fake.calls if "refund" in call]
    assert told == [
        f"refund {refund.number} 9800 CNY",
        f"query_refund {refund.number}",
        f"refund {refund.number} 9800 CNY",
    ]


def test_an_unclear_answer_that_was_a_yes_is_not_repeated(fake: Fake) -> None:
    order = at_fake_gateway(fake)
    late(order)
    fake.refunded = [Ambiguous("time-out")]
    fake.asked_refund = [RefundState.DONE]
    tick(LATE)
    assert tick(LATE + 30 * SECOND).status == RefundStatus.DONE


def test_a_process_that_dies_after_the_intent_asks_before_it_tells(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    order = at_fake_gateway(fake)
    refund = late(order)
    with monkeypatch.context() as broken:
        broken.setattr(sending, "_ask", lambda *args, **kwargs: (_ for _ in ()).throw(SystemExit))
        with pytest.raises(SystemExit):
            send_back(refund_id=refund.pk, now=LATE)
    refund.refresh_from_db()
    assert refund.status == RefundStatus.SUBMITTED
    fake.asked_refund, fake.refunded = [RefundState.MISSING], [RefundState.DONE]
    assert sendable(LATE + 29 * SECOND) == []
    assert tick(LATE + 30 * SECOND).status == RefundStatus.DONE


def test_settings_that_cannot_be_used_leave_the_refund_waiting(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    order = at_fake_gateway(fake)
    late(order)
    with monkeypatch.context() as broken:
        broken.setattr(fake, "opened", classmethod(lambda cls, config: config["no such key"]))
        tick(LATE)
    assert Refund.objects.get().status == RefundStatus.UNKNOWN
    fake.asked_refund, fake.refunded = [RefundState.MISSING], [RefundState.DONE]
    assert tick(LATE + 30 * SECOND).status == RefundStatus.DONE


def test_what_the_source_does_not_take_goes_to_a_members_wallet(fake: Fake) -> None:
    alice = member()
    order = at_fake_gateway(fake, user=alice)
    late(order)
    fake.refunded = [Rejected("the card is closed")]
    done = tick(LATE)
    assert (done.status, done.destination) == (RefundStatus.FAILED, Destination.WALLET)
    assert balance(owner=alice.holder, kind=AccountKind.WALLET, currency="CNY") == 9800
    assert on(done.payment.account.owner, AccountKind.CLEARING) == 0
    assert sendable(LATE + dt.timedelta(days=9)) == []


def test_what_the_source_does_not_take_from_a_guest_waits_for_a_person(fake: Fake) -> None:
    order = at_fake_gateway(fake)
    late(order)
    fake.refunded = [RefundState.FAILED]
    done = tick(LATE)
    assert done.status == RefundStatus.MANUAL
    assert balance(owner=order.owner, kind=AccountKind.ORDER, currency="CNY") == 9800
    assert Alarm.objects.get().kind == "refund-stuck"
    run_all(now=LATE + dt.timedelta(days=4), only={"leftover", "refund"})
    assert Refund.objects.count() == 1
    assert by_hand(refund_id=done.pk, actor=Actor("user:1", "finance"), reference="bank transfer 7", now=LATE)
    assert not by_hand(refund_id=done.pk, actor=Actor("user:1", "finance"), reference="again", now=LATE)
    entry = audit.Entry.objects.get()
    assert (entry.act, entry.subject, entry.actor) == ("refund by hand", f"refund:{done.number}", "user:1")
    assert (entry.role, entry.reason, entry.at) == ("finance", "bank transfer 7", LATE)
    done.refresh_from_db()
    assert (done.status, done.done_at) == (RefundStatus.DONE, LATE)
    assert on(done.payment.account.owner, AccountKind.GATEWAY) == 0


def test_a_gateway_that_never_answers_calls_a_person_and_is_asked_ever_more_seldom(fake: Fake) -> None:
    order = at_fake_gateway(fake)
    late(order)
    fake.refunded = [Ambiguous("time-out")]
    fake.asked_refund = [Ambiguous("time-out")] * 9
    moment, pauses = LATE, []
    while not Alarm.objects.exists():
        row = tick(moment)
        assert row.next_try_at
        pauses.append(int((row.next_try_at - moment).total_seconds()))
        moment = row.next_try_at
    assert pauses == [30, 60, 120, 240, 480]
    assert moment - dt.timedelta(seconds=480) < LATE + PATIENCE, "before anything has been stuck for so long"
    assert Alarm.objects.get().kind == "refund-stuck"


def test_a_refund_that_stays_pending_calls_a_person_as_soon(fake: Fake) -> None:
    order = at_fake_gateway(fake)
    late(order)
    fake.refunded = [RefundState.PENDING]
    fake.asked_refund = [RefundState.PENDING] * 9
    moment = LATE
    while not Alarm.objects.exists():
        row = tick(moment)
        assert row.next_try_at
        moment, seen = row.next_try_at, moment
    assert row.status == RefundStatus.SUBMITTED
    assert seen < LATE + PATIENCE
    fake.asked_refund = [RefundState.DONE]
    assert tick(moment).status == RefundStatus.DONE


def test_a_gateway_that_was_away_for_days_is_still_asked(fake: Fake) -> None:
    order = at_fake_gateway(fake)
    late(order)
    fake.refunded = [Ambiguous("time-out"), RefundState.DONE]
    fake.asked_refund = [Ambiguous("time-out"), RefundState.MISSING]
    again = tick(LATE).next_try_at
    Refund.objects.update(attempts=60)
    assert again
    row = tick(again)
    assert row.next_try_at == again + sending.LONGEST_PAUSE
    assert tick(row.next_try_at).status == RefundStatus.DONE


def test_a_gateway_that_refuses_to_say_has_not_refused_to_pay(fake: Fake) -> None:
    alice = member()
    late(at_fake_gateway(fake, user=alice))
    fake.refunded = [Ambiguous("time-out")]
    fake.asked_refund = [Rejected("queries are switched off"), RefundState.DONE]
    assert tick(LATE).status == RefundStatus.UNKNOWN
    assert tick(LATE + 30 * SECOND).status == RefundStatus.UNKNOWN
    assert balance(owner=alice.holder, kind=AccountKind.WALLET, currency="CNY") == 0
    done = tick(LATE + 90 * SECOND)
    assert (done.status, done.destination) == (RefundStatus.DONE, Destination.SOURCE)


def test_a_gateway_that_refunds_in_full_only_gives_a_members_part_to_the_wallet(fake: Fake) -> None:
    fake.can_refund_in_part = False
    alice = member()
    order = place_order(by=buyer(user=alice))
    payment = at_fake(order)
    fake.trade = Trade(TradeState.PAID, "T1", 9900, "CNY")
    look(payment, NOON + 15 * SECOND)
    run_all(now=LATE, only={"clock", "leftover"})
    refund = Refund.objects.get()
    assert (refund.status, refund.destination, refund.amount) == (RefundStatus.DONE, Destination.WALLET, 9800)
    assert balance(owner=alice.holder, kind=AccountKind.WALLET, currency="CNY") == 9900


def test_the_newest_receipt_is_given_back_first() -> None:
    order = place_order()
    first = receive(order, 5000)
    pay_order(order, amount=4800)
    second = Payment.objects.latest("pk")
    run_all(now=LATE, only={"clock"})
    asked = [(row.payment, row.amount) for row in Refund.objects.order_by("pk")]
    assert asked == [(second, 4800), (first, 5000)]


def test_only_due_refunds_are_sent() -> None:
    order = pay_order()
    refund = late(order)
    Refund.objects.update(next_try_at=LATE + SECOND)
    assert send_back(refund_id=refund.pk, now=LATE) == RefundStatus.REQUESTED
    assert not SandboxRefund.objects.exists()


def test_a_refund_that_nobody_can_tell_of_is_ended_by_a_person(fake: Fake) -> None:
    order = at_fake_gateway(fake)
    late(order)
    fake.refunded = [Ambiguous("time-out")]
    row = tick(LATE)
    assert row.status == RefundStatus.UNKNOWN
    assert by_hand(refund_id=row.pk, actor=Actor("user:1", "finance"), reference="seen on the gateway's site", now=LATE)
    row.refresh_from_db()
    assert (row.status, row.next_try_at) == (RefundStatus.DONE, None)
    assert on(row.payment.account.owner, AccountKind.CLEARING) == 0
    assert on(row.payment.account.owner, AccountKind.GATEWAY) == 0


def test_a_yes_after_it_was_given_up_calls_a_person(fake: Fake) -> None:
    order = at_fake_gateway(fake, user=member())
    late(order)
    fake.refunded = [Rejected("closed")]
    row = tick(LATE)
    assert row.status == RefundStatus.FAILED
    assert not Alarm.objects.exists()
    assert sending._settle(row.pk, RefundState.DONE, LATE) == RefundStatus.FAILED
    assert Alarm.objects.get().kind == "refund-stuck"
