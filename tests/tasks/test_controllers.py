"""Controllers run until nothing is due, whatever single rows do."""

import datetime as dt
import logging
from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django_q.models import OrmQ

from kameng.lib import clock
from kameng.lib.transitions import Overtaken
from kameng.tasks import registry
from kameng.tasks.lanes import FAST
from kameng.tasks.models import Wakeup
from kameng.tasks.registry import NotSettled, controller, each, run_all
from tests.tasks.conftest import Register

pytestmark = pytest.mark.django_db


class Rows:
    """Numbers that wait; a controller takes at most three of them a call. Those in `bad` fail."""

    def __init__(self, *numbers: int, bad: tuple[int, ...] = ()) -> None:
        self.waiting, self.bad, self.done = list(numbers), bad, list[int]()
        self.asked: list[dt.datetime] = []

    def due(self, now: dt.datetime) -> bool:
        return bool(self.waiting)

    def run(self, now: dt.datetime) -> int:
        self.asked.append(now)
        good_first = sorted(self.waiting, key=lambda number: number in self.bad)
        return each(good_first[:3], self.handle)

    def handle(self, number: int) -> None:
        if number in self.bad:
            raise ValueError(number)
        self.waiting.remove(number)
        self.done.append(number)


def test_a_run_goes_on_until_nothing_waits(register: Register) -> None:
    rows = Rows(*range(10))
    register("rows", rows.run, rows.due)
    assert registry.run("rows") == 10
    assert rows.done == list(range(10))


def test_the_flag_is_down_before_the_first_look(register: Register) -> None:
    seen: list[bool] = []

    def look(now: dt.datetime) -> int:
        seen.append(Wakeup.objects.get(name="look").pending)
        return 0

    register("look", look)
    Wakeup.objects.create(name="look", pending=True, since=clock.now())
    registry.run("look")
    assert seen == [False]


@pytest.mark.django_db(transaction=True)
def test_work_for_longer_than_five_seconds_makes_room_and_wakes_itself(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kameng.tasks.registry.BUDGET_SECONDS", 0.0)
    register("endless", lambda now: 7)
    assert registry.run("endless") == 7
    assert [row.args() for row in OrmQ.objects.all()] == [("endless",)]


def test_rows_are_not_begun_after_the_time_is_over(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = Rows(*range(10))
    register("rows", rows.run, rows.due)
    monkeypatch.setattr("kameng.tasks.registry.BUDGET_SECONDS", -1.0)
    assert registry.run("rows") == 0
    assert rows.done == []


def test_one_failing_row_does_not_stop_the_others(register: Register, caplog: pytest.LogCaptureFixture) -> None:
    rows = Rows(1, 2, 3, 4, 5, bad=(2, 4))
    register("rows", rows.run, rows.due)
    assert registry.run("rows") == 3
    assert sorted(rows.done) == [1, 3, 5]
    assert "row 2 failed in Rows.handle" in caplog.text


def test_a_row_left_alone_does_not_count(register: Register) -> None:
    assert each([1, 2, 3], lambda key: key == 2) == 1


def test_a_row_that_another_worker_had_first_is_no_failure(caplog: pytest.LogCaptureFixture) -> None:
    def overtaken(key: int) -> None:
        raise Overtaken

    assert each([1, 2], overtaken) == 0
    assert not caplog.records


def test_a_controller_that_raises_is_logged(register: Register, caplog: pytest.LogCaptureFixture) -> None:
    register("broken", lambda now: 1 // 0)
    assert registry.run("broken") == 0
    assert "controller broken failed" in caplog.text


def test_a_queue_row_of_a_controller_that_no_longer_exists_is_dropped(register: Register) -> None:
    assert registry.run("renamed") == 0


def test_two_controllers_cannot_share_a_name(register: Register) -> None:
    register("verify", lambda now: 0)
    with pytest.raises(ValueError, match="two controllers are named verify"):
        register("verify", lambda now: 0)


def test_a_lane_must_exist(register: Register) -> None:
    with pytest.raises(ValueError, match="no lane medium"):
        controller("verify", lane="medium", due=lambda now: False)


def test_running_all_ends_when_one_controllers_work_made_another_due(register: Register, noon: dt.datetime) -> None:
    paid, verified = Rows(1, 2, 3), Rows()

    def verify(now: dt.datetime) -> int:
        def act(number: int) -> None:
            paid.handle(number)
            verified.waiting.append(number)

        return each(list(paid.waiting), act)

    register("deliver", verified.run, verified.due)
    register("verify", verify, paid.due)
    assert run_all(now=noon) == 6
    assert verified.done == [1, 2, 3]
    assert verified.asked == [noon]


def test_running_only_some_leaves_the_others(register: Register) -> None:
    one, two = Rows(1), Rows(2)
    register("one", one.run, one.due)
    register("two", two.run, two.due)
    run_all(only={"two"})
    assert (one.waiting, two.waiting) == ([1], [])


@pytest.mark.parametrize(
    "run",
    [pytest.param(lambda now: 0, id="handles nothing"), pytest.param(lambda now: 1, id="hands back what it took")],
)
def test_what_never_settles_is_named(register: Register, run: Callable[[dt.datetime], int]) -> None:
    register("stuck", run)
    with pytest.raises(NotSettled, match="stuck"):
        run_all()


def test_what_failed_is_the_cause_of_not_settling(register: Register) -> None:
    register("broken", lambda now: 1 // 0)
    with pytest.raises(NotSettled, match="broken") as caught:
        run_all()
    assert isinstance(caught.value.__cause__, ZeroDivisionError)


def test_drain_says_what_it_did(register: Register, caplog: pytest.LogCaptureFixture) -> None:
    rows = Rows(1, 2, bad=())
    register("rows", rows.run, rows.due, FAST)
    out = StringIO()
    call_command("drain", stdout=out)
    assert out.getvalue() == "2 rows handled; nothing is due.\n"
    with caplog.at_level(logging.CRITICAL):
        rows.waiting, rows.bad = [3], (3,)
        with pytest.raises(CommandError, match="still due: rows"):
            call_command("drain", stdout=out)
