"""A row that fails for ever is put aside, told of and shown; it keeps no other row waiting."""

import datetime as dt
from collections.abc import Collection
from unittest import mock

import pytest
from django.db import DatabaseError, connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from fulfillment.delivery.clock import refund_overdue
from kameng.lib import clock
from kameng.notices.models import Alarm
from kameng.notices.stuck import look_after, neglected
from kameng.tasks import failing, registry
from kameng.tasks.failing import FIRST_PAUSE, FORGOTTEN_AFTER, LONGEST_PAUSE, PATIENCE, first
from kameng.tasks.known import controllers
from kameng.tasks.models import FailingRow, Wakeup
from kameng.tasks.registry import NotSettled, each, run_all
from shop.orders.models import LineStatus
from tests import factories
from tests.tasks.conftest import Register

pytestmark = pytest.mark.django_db

SECOND = dt.timedelta(seconds=1)


class Jobs:
    """Rows of a table that exists anyway, in the order of their making; those in `bad` fail."""

    def __init__(self, count: int, bad: Collection[int] = ()) -> None:
        rows = [Wakeup(name=f"job {n:04}", pending=True, since=factories.NOON) for n in range(count)]
        keys = [row.pk for row in Wakeup.objects.bulk_create(rows)]
        self.bad, self.tried, self.done = {keys[n] for n in bad}, list[int](), list[int]()
        self.keys = keys

    def waiting(self) -> "QuerySet[Wakeup]":
        return Wakeup.objects.filter(name__startswith="job", pending=True).order_by("pk")

    def due(self, now: dt.datetime) -> bool:
        return bool(first(self.waiting()))

    def run(self, now: dt.datetime) -> int:
        return each(first(self.waiting()), self.handle)

    def handle(self, pk: int) -> None:
        self.tried.append(pk)
        if pk in self.bad:
            raise ValueError("a text that may hold a secret")
        Wakeup.objects.filter(pk=pk).update(pending=False)
        self.done.append(pk)


def at(register: Register, jobs: Jobs, moment: dt.datetime) -> None:
    """One run of the jobs' controller at this moment."""
    if "jobs" not in controllers:
        register("jobs", jobs.run, jobs.due)
    with clock.at(moment):
        registry.run("jobs")


def test_more_failing_rows_than_one_look_takes_do_not_starve_the_one_behind_them(
    register: Register, noon: dt.datetime
) -> None:
    jobs = Jobs(251, bad=range(250))
    at(register, jobs, noon)
    assert jobs.done == [jobs.keys[250]]
    assert len(jobs.tried) == 251, "each was tried once"


def test_it_holds_however_often_they_are_tried_again(register: Register, noon: dt.datetime) -> None:
    jobs = Jobs(250, bad=range(250))
    for n in range(5):
        at(register, jobs, noon + n * LONGEST_PAUSE)
        late = Wakeup.objects.create(name=f"job late {n}", pending=True, since=noon)
        at(register, jobs, noon + n * LONGEST_PAUSE + SECOND)
        assert jobs.done[n:] == [late.pk]
    assert set(FailingRow.objects.values_list("attempts", flat=True)) == {5}


def test_the_pause_grows_to_its_limit(register: Register, noon: dt.datetime) -> None:
    jobs, moment, pauses = Jobs(1, bad=[0]), noon, []
    for _ in range(12):
        at(register, jobs, moment)
        again = FailingRow.objects.get().next_try_at
        pauses.append(again - moment)
        at(register, jobs, again - dt.timedelta(microseconds=1))
        moment = again
    assert len(jobs.tried) == 12, "no try before its time"
    assert pauses[:3] == [FIRST_PAUSE, 2 * FIRST_PAUSE, 4 * FIRST_PAUSE]
    assert pauses[-1] == LONGEST_PAUSE


def test_the_record_goes_when_the_row_is_handled(register: Register, noon: dt.datetime) -> None:
    jobs = Jobs(2, bad=[0])
    at(register, jobs, noon)
    assert FailingRow.objects.get().row == jobs.keys[0]
    jobs.bad.clear()
    at(register, jobs, noon + FIRST_PAUSE)
    assert jobs.done == [jobs.keys[1], jobs.keys[0]]
    assert not FailingRow.objects.exists()


def test_a_row_failing_in_one_controller_is_free_in_another(register: Register, noon: dt.datetime) -> None:
    jobs, others = Jobs(1, bad=[0]), Jobs(0)
    at(register, jobs, noon)
    register("others", others.run, others.due)
    with clock.at(noon):
        assert registry.run("others") == 1


def test_what_is_remembered_is_the_kind_of_the_error_only(register: Register, noon: dt.datetime) -> None:
    at(register, Jobs(1, bad=[0]), noon)
    row = FailingRow.objects.get()
    assert (row.controller, row.problem, row.attempts, row.since) == ("jobs", "ValueError", 1, noon)


def test_as_long_as_nothing_fails_a_look_is_one_statement(register: Register, noon: dt.datetime) -> None:
    jobs = Jobs(20)
    register("jobs", lambda now: each(first(jobs.waiting()), jobs.done.append))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        controllers["jobs"].run(noon)
    assert len(jobs.done) == 20
    assert len(queries) == 1


def test_a_person_is_called_after_a_few_failures_and_when_they_have_doubled(register: Register, noon: dt.datetime) -> None:
    jobs, moment, told = Jobs(1, bad=[0]), noon, []
    for n in range(1, 4 * PATIENCE + 1):
        at(register, jobs, moment)
        if [look_after(failing_id=pk, now=moment) for pk in neglected(moment)]:
            told.append(n)
        moment = FailingRow.objects.get().next_try_at
    assert told == [PATIENCE, 2 * PATIENCE, 4 * PATIENCE]
    alarm = Alarm.objects.get()
    assert (alarm.key, alarm.times) == (f"failing:jobs:{jobs.keys[0]}", 3)
    assert "ValueError" in alarm.text
    assert "secret" not in alarm.text


def test_a_record_that_nobody_comes_back_to_is_forgotten(register: Register, noon: dt.datetime) -> None:
    jobs = Jobs(1, bad=[0])
    at(register, jobs, noon)
    Wakeup.objects.filter(pk=jobs.keys[0]).update(pending=False)
    later = noon + FIRST_PAUSE + FORGOTTEN_AFTER
    assert neglected(later) == []
    assert [look_after(failing_id=pk, now=later + SECOND) for pk in neglected(later + SECOND)] == [True]
    assert not FailingRow.objects.exists()
    assert not Alarm.objects.exists()


def test_running_all_names_the_controller_whose_rows_wait_for_another_try(register: Register, noon: dt.datetime) -> None:
    jobs = Jobs(3, bad=[1])
    register("jobs", jobs.run, jobs.due)
    with pytest.raises(NotSettled, match="jobs"):
        run_all(now=noon)
    assert len(jobs.done) == 2


def test_a_failure_that_cannot_be_written_down_stops_no_other_row(
    register: Register, noon: dt.datetime, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(failing, "put_aside", mock.Mock(side_effect=DatabaseError("away")))
    jobs = Jobs(3, bad=[0])
    register("jobs", lambda now: each(first(jobs.waiting()), jobs.handle))
    controllers["jobs"].run(noon)
    assert len(jobs.done) == 2
    assert "could not be put aside" in caplog.text


def test_every_controller_passes_over_rows_in_their_pause(noon: dt.datetime) -> None:
    with clock.at(noon):
        factories.delivered_order()
    # The books are looked at as a whole: there are no rows to pass over.
    for known in (one for one in controllers.values() if one.name != "books"):
        with CaptureQueriesContext(connection) as queries:
            known.due(noon + SECOND)
        assert "tasks_failingrow" in queries[-1]["sql"], known.name


def test_a_refund_that_always_fails_leaves_the_others_theirs(noon: dt.datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    with clock.at(noon):
        bad, good = (factories.line_of(factories.pay_order(factories.place_order())) for _ in range(2))

    def act(*, line_id: int, now: dt.datetime) -> bool:
        if line_id == bad.pk:
            raise RuntimeError("always")
        return refund_overdue(line_id=line_id, now=now)

    monkeypatch.setattr("fulfillment.delivery.controllers.refund_overdue", act)
    assert bad.refund_by
    with pytest.raises(NotSettled, match="clock"):
        run_all(now=bad.refund_by + SECOND, only={"clock"})
    good.refresh_from_db()
    assert good.status == LineStatus.REFUNDED
    assert FailingRow.objects.get().controller == "clock"
