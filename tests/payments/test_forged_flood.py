"""Whoever floods a callback address with forged notices makes us answer, and hardly write."""

import datetime as dt
import logging

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kameng.lib import clock
from kameng.notices.alarms import close
from kameng.notices.models import Alarm
from shop.payments.models import GatewayAccount, Payment, PaymentStatus, RefusedNotice
from shop.payments.noted import KEPT_A_MINUTE
from tests.factories import NOON, gateway_account
from tests.payments.world import send, started, word

pytestmark = pytest.mark.django_db

SECOND = dt.timedelta(seconds=1)


def flood(account: GatewayAccount, count: int, *, at: dt.datetime = NOON) -> None:
    """So many forged notices at one moment, each answered as the protocol wants."""
    with clock.at(at):
        answers = [send("forged", account) for _ in range(count)]
    assert {(answer.status_code, answer.content) for answer in answers} == {(400, b"fail")}


def writes(queries: CaptureQueriesContext) -> list[str]:
    return [query["sql"] for query in queries if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]


def test_the_first_of_a_minute_are_kept_one_by_one() -> None:
    account = gateway_account()
    flood(account, 5 * KEPT_A_MINUTE)
    assert RefusedNotice.objects.count() == KEPT_A_MINUTE
    flood(account, 5 * KEPT_A_MINUTE, at=NOON + 61 * SECOND)
    assert RefusedNotice.objects.count() == 2 * KEPT_A_MINUTE


def test_the_others_leave_no_row_and_no_line(caplog: pytest.LogCaptureFixture) -> None:
    account = gateway_account()
    flood(account, KEPT_A_MINUTE)
    with CaptureQueriesContext(connection) as queries, caplog.at_level(logging.WARNING, "kameng.security"):
        caplog.clear()
        flood(account, 20)
    assert writes(queries) == []
    assert not [record for record in caplog.records if record.name == "kameng.security"]


def test_the_alarm_is_written_once_a_minute_and_counts_them_all() -> None:
    account = gateway_account()
    with CaptureQueriesContext(connection) as queries:
        flood(account, 50)
    assert len([sql for sql in writes(queries) if "UPDATE" in sql and "notices_alarm" in sql]) == 1
    flood(account, 30, at=NOON + 59 * SECOND)
    assert Alarm.objects.get().times == 1
    flood(account, 1, at=NOON + 60 * SECOND)
    alarm = Alarm.objects.get()
    assert (alarm.times, alarm.raised_at) == (81, NOON + 60 * SECOND)


def test_an_alarm_that_was_closed_opens_again_with_the_next_minute() -> None:
    account = gateway_account()
    flood(account, 1)
    close(alarm_id=Alarm.objects.get().pk, by="user:1", now=NOON)
    flood(account, 1, at=NOON + 60 * SECOND)
    assert Alarm.objects.get().closed_at is None


def test_each_account_has_a_bound_of_its_own() -> None:
    flood(gateway_account("one"), 3 * KEPT_A_MINUTE)
    flood(gateway_account("two"), 1)
    assert RefusedNotice.objects.count() == KEPT_A_MINUTE + 1
    assert Alarm.objects.count() == 2


def test_a_genuine_notice_in_the_flood_is_credited() -> None:
    with clock.at(NOON):
        said = word(started())
    flood(said.account, 3 * KEPT_A_MINUTE)
    with clock.at(NOON):
        assert send(said).content == b"success"
    assert Payment.objects.get().status == PaymentStatus.CONFIRMED


def test_a_flood_hides_no_genuine_notice_that_our_own_settings_keep_us_from_reading() -> None:
    account = gateway_account()
    payment = started(account=account)
    flood(account, 2 * KEPT_A_MINUTE)
    genuine = word(payment)
    GatewayAccount.objects.update(sealed="broken")
    assert send(genuine, account).status_code == 400
    alarm = Alarm.objects.get(kind="gateway-unusable")
    assert (alarm.times, RefusedNotice.objects.count()) == (1, KEPT_A_MINUTE + 1)
