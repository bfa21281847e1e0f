"""H6: what somebody of the platform must see at once raises an alarm."""

import datetime as dt
from dataclasses import replace

import pytest
from django.db.models import F
from django.test import Client
from django.urls import reverse

from fulfillment.proof.watch import EVERY
from kameng.audit.models import Entry as AuditEntry
from kameng.lib import clock
from kameng.lib.append_only import lifted
from kameng.lib.limits import FAILED_SIGN_INS, OPENED_BY
from kameng.notices.models import Alarm
from kameng.tasks.registry import run_all
from shop.ledger.models import Account, Entry
from tests import factories as f
from tests.payments.world import send, started, word
from tests.tracking.visitors import guest_of, show, take_home

pytestmark = pytest.mark.django_db


def kinds() -> list[str]:
    """Of the alarms that are open."""
    return sorted(Alarm.objects.filter(closed_at=None).values_list("kind", flat=True))


def wrong_password(n: int) -> None:
    address = f"10.0.{n // 250}.{n % 250 + 1}"
    told = {"login": f"somebody{n}@example.com", "password": "not this one"}
    Client(headers={"x-forwarded-for": address}).post(reverse("account_login"), told)


def test_very_many_failed_sign_ins_from_everywhere_are_one_alarm() -> None:
    with clock.at(f.NOON):
        for n in range(FAILED_SIGN_INS.most):
            wrong_password(n)
        assert kinds() == []
        for n in range(3):
            wrong_password(1000 + n)
    alarm = Alarm.objects.get()
    assert (alarm.kind, alarm.times) == ("sign-ins-fail", 1)
    assert f"{FAILED_SIGN_INS.most}" in alarm.text


def test_right_passwords_raise_nothing() -> None:
    alice = f.verified()
    with clock.at(f.NOON):
        for n in range(FAILED_SIGN_INS.most + 1):
            told = {"login": alice.email, "password": f.PASSWORD}
            Client(headers={"x-forwarded-for": f"10.1.0.{n + 1}"}).post(reverse("account_login"), told)
    assert kinds() == []


@pytest.mark.usefixtures("english")
def test_who_opens_secrets_very_often_within_an_hour_is_one_alarm() -> None:
    order = f.delivered_order()
    alice = guest_of(order)
    with clock.at(f.NOON):
        for _turn in range(OPENED_BY.most // 2):
            assert show(alice, order).status_code == take_home(alice, order).status_code == 200
        assert kinds() == []
        assert show(alice, order).status_code == 200, "nobody is kept from what they bought"
    alarm = Alarm.objects.get()
    assert (alarm.kind, alarm.subject) == ("many-opened", order.holder)
    assert AuditEntry.objects.filter(actor=alarm.subject).count() == OPENED_BY.most + 1


def test_many_keys_opened_at_once_are_one_act_of_their_buyer() -> None:
    order = f.pay_order(f.place_order(f.sku(units=25, unpaid_limit=25), quantity=25))
    f.deliver_all()
    assert show(guest_of(order), order).status_code == 200
    assert AuditEntry.objects.count() == 25
    assert kinds() == []


def test_a_notice_with_a_wrong_signature_is_an_alarm() -> None:
    payment = started()
    told = word(payment)
    send(replace(told, fields=told.fields | {"sign": "0" * 64}))
    assert kinds() == ["notice-refused"]


@pytest.mark.parametrize("difference", [-1, 1])
def test_another_amount_than_was_due_is_an_alarm(difference: int) -> None:
    order = f.place_order()
    f.receive(order, order.total + difference)
    assert kinds() == ["amount-differs"]


def test_books_that_add_up_are_looked_at_and_raise_nothing() -> None:
    f.delivered_order()
    assert run_all(only={"books"}) == 1
    assert kinds() == []
    assert run_all(only={"books"}) == 0, "there is nothing new to look at"


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("english")
def test_a_journal_that_does_not_sum_to_zero_is_an_alarm_within_the_hour_until_it_does_again() -> None:
    f.delivered_order()
    run_all(only={"books"})
    with lifted():
        entry = Entry.objects.filter(amount__gt=0).order_by("pk")[0]
        Entry.objects.filter(pk=entry.pk).update(amount=entry.amount + 1)
    f.delivered_order()
    assert run_all(only={"books"}) == 0, "not every second"
    with clock.at(clock.now() + EVERY):
        run_all(only={"books"})
        alarm = Alarm.objects.get()
        assert (alarm.kind, alarm.subject, alarm.closed_at) == ("books-differ", "ledger", None)
        assert f"journal:{entry.journal_id} sums to 1 CNY" in alarm.text
    with lifted():
        Entry.objects.filter(pk=entry.pk).update(amount=entry.amount)
    f.delivered_order()
    with clock.at(clock.now() + 2 * EVERY + dt.timedelta(seconds=1)):
        run_all(only={"books"})
    assert kinds() == []


def test_a_balance_that_its_entries_do_not_bear_out_is_an_alarm() -> None:
    f.delivered_order()
    Account.objects.filter(balance__isnull=False).update(balance=F("balance") + 5)
    run_all(only={"books"})
    assert kinds() == ["books-differ"]
