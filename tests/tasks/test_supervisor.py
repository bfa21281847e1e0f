"""The supervisor keeps lanes alive by what they finish, not by what the process table says."""

import contextlib
import datetime as dt
import os
import subprocess
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from django.db import OperationalError
from django_q.models import OrmQ
from pytest_django import Settings

from kameng.tasks import heartbeat, running
from kameng.tasks.lanes import FAST, SLOW
from kameng.tasks.running import RunningLane
from kameng.tasks.supervisor import Supervisor
from tests.tasks.conftest import Register

pytestmark = pytest.mark.django_db(transaction=True)

# Instead of a lane: a process and its child that hold a pipe open, tell when they are ready, and wait.
STAND_IN = """
import os, signal, sys
if os.path.exists("stubborn"):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
if os.path.exists("ends"):
    sys.exit(3)
if os.fork():
    os.write({pipe}, b".")
signal.pause()
"""


class Pipe:
    """Inherited by stand-ins: one byte for each that is ready, and an end when none is left."""

    def __init__(self) -> None:
        self.reading, self.writing = os.pipe()
        os.set_inheritable(self.writing, True)

    def await_ready(self, count: int = 1) -> None:
        for _ in range(count):
            assert os.read(self.reading, 1) == b"."

    def await_end(self) -> None:
        os.close(self.writing)
        while os.read(self.reading, 1):
            pass


@pytest.fixture
def pipe(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pipe]:
    ours = Pipe()
    (tmp_path / "manage.py").write_text(STAND_IN.format(pipe=ours.writing))
    settings.BASE_DIR = tmp_path
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(subprocess, "Popen", partial(subprocess.Popen, close_fds=False))
    yield ours
    for end in (ours.reading, ours.writing):
        with contextlib.suppress(OSError):
            os.close(end)


@pytest.fixture
def supervisor(pipe: Pipe, register: Register) -> Iterator[Supervisor]:
    """Supervises stand-ins from moment 0 on."""
    it = Supervisor({FAST: 30.0, SLOW: 90.0})
    it._last_tick = 0.0
    yield it
    running.stop(it.lanes)


def pids(supervisor: Supervisor) -> list[int]:
    return [lane.leader.pid if lane.leader else 0 for lane in supervisor.lanes]


def ticks(supervisor: Supervisor, first: int, last: int) -> None:
    for moment in range(first, last + 1):
        supervisor.tick(float(moment))


def beat(lane: RunningLane, second: int) -> None:
    heartbeat.beat(lane.instance, pid=1, now=dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=second))


def test_a_lane_that_finishes_nothing_is_replaced_in_its_own_time(supervisor: Supervisor) -> None:
    supervisor.tick(0.0)
    fast, slow = pids(supervisor)
    ticks(supervisor, 1, 30)
    assert pids(supervisor) == [fast, slow]
    supervisor.tick(31.0)
    assert pids(supervisor)[0] != fast
    assert pids(supervisor)[1] == slow
    ticks(supervisor, 32, 91)
    assert pids(supervisor)[1] != slow


def test_a_lane_that_still_starts_is_given_time_to(pipe: Pipe, register: Register) -> None:
    impatient = Supervisor({FAST: 2.0})
    impatient._last_tick = 0.0
    try:
        impatient.tick(0.0)
        before = pids(impatient)
        ticks(impatient, 1, 30)
        assert pids(impatient) == before
        beat(impatient.lanes[0], 31)
        ticks(impatient, 31, 33)
        assert pids(impatient) == before
        impatient.tick(34.0)
        assert pids(impatient) != before
    finally:
        running.stop(impatient.lanes)


def test_a_lane_whose_heartbeat_moves_stays(supervisor: Supervisor) -> None:
    supervisor.tick(0.0)
    before = pids(supervisor)
    for second in range(1, 100):
        for lane in supervisor.lanes:
            beat(lane, second)
        supervisor.tick(float(second))
    assert pids(supervisor) == before


def test_a_frozen_lane_is_killed_with_all_its_processes(supervisor: Supervisor, pipe: Pipe) -> None:
    supervisor.tick(0.0)
    pipe.await_ready(2)
    for lane in supervisor.lanes:
        lane.replace(1.0)
    pipe.await_ready(2)
    running.stop(supervisor.lanes)
    pipe.await_end()


def test_a_lane_that_ends_is_started_again_after_a_pause_when_it_lived_briefly(
    supervisor: Supervisor, pipe: Pipe, tmp_path: Path
) -> None:
    (tmp_path / "ends").touch()
    supervisor.tick(0.0)
    for lane in supervisor.lanes:
        assert lane.leader
        os.waitid(os.P_PID, lane.leader.pid, os.WEXITED | os.WNOWAIT)
    (tmp_path / "ends").unlink()
    supervisor.tick(1.0)
    assert pids(supervisor) == [0, 0]
    supervisor.tick(2.9)
    assert pids(supervisor) == [0, 0]
    supervisor.tick(3.0)
    assert all(pids(supervisor))


def test_a_lane_whose_leader_was_killed_leaves_nobody_behind(supervisor: Supervisor, pipe: Pipe) -> None:
    supervisor.tick(0.0)
    pipe.await_ready(2)
    for lane in supervisor.lanes:
        assert lane.leader
        lane.leader.kill()
        os.waitid(os.P_PID, lane.leader.pid, os.WEXITED | os.WNOWAIT)
    before = pids(supervisor)
    supervisor.tick(5.0)
    assert all(pids(supervisor))
    assert not set(pids(supervisor)) & set(before)
    running.stop(supervisor.lanes)
    pipe.await_end()


def test_lanes_are_not_blamed_while_the_database_is_away(
    supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    supervisor.tick(0.0)
    before = pids(supervisor)

    def away(_: object) -> None:
        raise OperationalError("away")

    with monkeypatch.context() as broken:
        broken.setattr("kameng.tasks.supervisor.get_broker", away)
        for moment in range(3, 300, 3):
            supervisor.tick(float(moment))
    ticks(supervisor, 300, 325)
    assert pids(supervisor) == before
    assert caplog.text.count("the database does not answer") == 1
    assert "the database answers again" in caplog.text


def test_lanes_are_not_blamed_when_the_supervisor_stood_still(supervisor: Supervisor) -> None:
    supervisor.tick(0.0)
    before = pids(supervisor)
    supervisor.tick(500.0)
    assert pids(supervisor) == before


def test_each_second_due_controllers_are_woken(supervisor: Supervisor, register: Register) -> None:
    register("due", lambda now: 0)
    register("broken", lambda now: 0, due=lambda now: 1 / 0 > 0)
    register("later", lambda now: 0, due=lambda now: False)
    register("mail", lambda now: 0, lane=SLOW)
    supervisor.sweep()
    assert {(row.key, row.args()) for row in OrmQ.objects.all()} == {(FAST, ("due",)), (SLOW, ("mail",))}


def test_a_broken_due_query_is_logged_once(
    supervisor: Supervisor, register: Register, caplog: pytest.LogCaptureFixture
) -> None:
    register("broken", lambda now: 0, due=lambda now: 1 / 0 > 0)
    supervisor.sweep()
    supervisor.sweep()
    assert caplog.text.count("cannot tell whether broken is due") == 1


def test_each_lane_gets_something_to_finish_but_no_heap_of_it(supervisor: Supervisor) -> None:
    ticks(supervisor, 0, 20)
    assert sorted(row.key for row in OrmQ.objects.all()) == [FAST, SLOW]


def test_stopping_waits_for_the_stubborn_only_so_long(
    supervisor: Supervisor, pipe: Pipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "STOP_SECONDS", 0.2)
    (tmp_path / "stubborn").touch()
    supervisor.tick(0.0)
    pipe.await_ready(2)
    started = time.monotonic()
    running.stop(supervisor.lanes)
    assert time.monotonic() - started >= 0.2
    pipe.await_end()
