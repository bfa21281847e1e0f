"""A wake puts its controller into the queue once, after the commit, and never harms the caller."""

import datetime as dt
import logging

import pytest
from django.db import transaction
from django_q.models import OrmQ

from kameng.lib import clock
from kameng.tasks import registry
from kameng.tasks.lanes import FAST, SLOW
from kameng.tasks.models import Wakeup
from kameng.tasks.wake import wake
from tests.tasks.conftest import Register

pytestmark = pytest.mark.django_db(transaction=True)

SECOND = dt.timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _two_controllers(register: Register) -> None:
    register("deliver", lambda now: 0, lane=FAST)
    register("mail", lambda now: 0, lane=SLOW)


def queued(lane: str = FAST) -> list[tuple[str, ...]]:
    return [row.args() for row in OrmQ.objects.filter(key=lane)]


def test_it_waits_for_the_commit() -> None:
    with transaction.atomic():
        wake("deliver")
        assert queued() == []
    assert queued() == [("deliver",)]


def test_a_rolled_back_transaction_wakes_nobody() -> None:
    with transaction.atomic():
        wake("deliver")
        transaction.set_rollback(True)
    assert queued() == []


def test_the_queue_row_goes_to_the_controllers_lane() -> None:
    wake("mail")
    assert (queued(FAST), queued(SLOW)) == ([], [("mail",)])


def test_many_wakes_make_one_queue_row() -> None:
    for _ in range(3):
        wake("deliver")
    assert queued() == [("deliver",)]


def test_controllers_are_woken_independently() -> None:
    wake("deliver")
    wake("mail")
    assert len(queued(FAST)) == len(queued(SLOW)) == 1


def test_a_flag_is_believed_for_five_seconds(noon: dt.datetime) -> None:
    with clock.at(noon):
        wake("deliver")
    with clock.at(noon + 5 * SECOND):
        wake("deliver")
    assert len(queued()) == 1
    with clock.at(noon + 5.001 * SECOND):
        wake("deliver")
    assert len(queued()) == 2
    with clock.at(noon + 6 * SECOND):
        wake("deliver")
    assert len(queued()) == 2, "the new flag is believed again"


def test_a_controller_that_began_to_look_can_be_woken_again() -> None:
    wake("deliver")
    registry.run("deliver")
    assert not Wakeup.objects.get(name="deliver").pending
    wake("deliver")
    assert len(queued()) == 2


def test_a_name_nobody_registered_is_logged_and_harms_nobody(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR), transaction.atomic():
        wake("delliver")
    assert "could not wake delliver" in caplog.text


def test_a_queue_out_of_order_harms_nobody(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def broken(*_: object, **__: object) -> None:
        raise OSError("no queue")

    monkeypatch.setattr("kameng.tasks.wake.async_task", broken)
    with transaction.atomic():
        wake("deliver")
    assert "could not wake deliver" in caplog.text
    assert not Wakeup.objects.filter(pending=True).exists(), "flag and queue row are one transaction"
