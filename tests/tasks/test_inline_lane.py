"""The one-process lane of SQLite takes what django-q2 queued, and shows that it lives."""

import datetime as dt
import os
import signal

import pytest
from django.core.management import CommandError, call_command
from django_q.brokers import get_broker
from django_q.models import OrmQ, Task
from django_q.signals import post_execute
from django_q.tasks import async_task

from kameng.lib import clock
from kameng.tasks import heartbeat
from kameng.tasks.inline import InlineLane
from kameng.tasks.lanes import FAST, INSTANCE, SLOW
from kameng.tasks.models import Heartbeat
from tests.tasks.conftest import Register

# Not in a transaction: django-q2 closes connections as it pleases.
pytestmark = pytest.mark.django_db(transaction=True)


def finish_one(lane: str = FAST) -> int:
    return InlineLane(lane).step(get_broker(lane))


def test_a_task_is_run_and_leaves_the_queue(register: Register) -> None:
    ran: list[dt.datetime] = []

    def run(now: dt.datetime) -> int:
        ran.append(now)
        return 0

    register("verify", run)
    async_task("kameng.tasks.run.run", "verify", cluster=FAST)
    assert finish_one() == 1
    assert len(ran) == 1
    assert not OrmQ.objects.exists()
    assert not Task.objects.exists(), "successes are not kept"


def test_a_lane_takes_only_its_own_tasks() -> None:
    async_task("kameng.tasks.run.noop", cluster=SLOW)
    assert finish_one(FAST) == 0
    assert finish_one(SLOW) == 1


def test_a_task_that_fails_leaves_the_queue_too() -> None:
    async_task("kameng.tasks.run.gone", cluster=FAST)
    assert finish_one() == 1
    assert not OrmQ.objects.exists()
    assert "is not defined" in Task.objects.get().result


def test_a_task_signed_with_another_key_is_dropped() -> None:
    get_broker(FAST).enqueue("not:signed:by-us")
    assert finish_one() == 0
    assert not OrmQ.objects.exists()


def test_a_task_that_takes_too_long_is_ended_and_so_is_the_lane(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    register("endless", lambda now: signal.pause())
    async_task("kameng.tasks.run.run", "endless", cluster=FAST, timeout=1)
    lane = InlineLane(FAST)
    assert lane.step(get_broker(FAST)) == 1
    assert lane.stopping


def test_a_signal_ends_the_lane_after_the_task_at_hand(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    old = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    ran: list[str] = []

    def stop_me(now: dt.datetime) -> int:
        os.kill(os.getpid(), signal.SIGTERM)
        ran.append("to the end")
        return 0

    register("stop_me", stop_me)
    for _ in range(2):
        async_task("kameng.tasks.run.run", "stop_me", cluster=FAST)
    lane = InlineLane(FAST)
    lane.stop_on_signals()
    try:
        lane.run()
    finally:
        for number, handler in old.items():
            signal.signal(number, handler)
    assert ran == ["to the end"]
    assert OrmQ.objects.count() == 1


def test_a_lane_waits_for_a_database_that_stumbles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kameng.tasks.inline.TROUBLE_SECONDS", 0.0)
    lane = InlineLane(FAST)
    steps: list[str] = []

    def step(broker: object) -> int:
        steps.append("step")
        lane.stopping = len(steps) == 2
        raise OSError("away")

    monkeypatch.setattr(lane, "step", step)
    lane.run()
    assert len(steps) == 2


def test_each_finished_task_is_a_heartbeat_of_the_lane(monkeypatch: pytest.MonkeyPatch, noon: dt.datetime) -> None:
    monkeypatch.setenv(INSTANCE, "here:fast:1")
    monkeypatch.setattr(heartbeat, "_last", float("-inf"))
    heartbeat.connect()
    try:
        async_task("kameng.tasks.run.noop", cluster=FAST)
        with clock.at(noon):
            finish_one()
    finally:
        post_execute.disconnect(dispatch_uid="kameng.tasks.heartbeat")
    beat = Heartbeat.objects.get()
    assert (beat.instance, beat.lane, beat.pid, beat.beat_at) == ("here:fast:1", FAST, os.getpgrp(), noon)


def test_health_is_the_age_of_the_youngest_beat_of_each_lane(noon: dt.datetime) -> None:
    for second, instance in enumerate(["here:fast:1", "there:fast:2", "here:fast:1"]):
        heartbeat.beat(instance, pid=1, now=noon + dt.timedelta(seconds=second))
    assert Heartbeat.objects.count() == 2
    assert heartbeat.health(noon + dt.timedelta(seconds=10)) == {FAST: 8.0, SLOW: None}


def test_a_lane_refuses_to_start_under_another_clusters_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("Q_CLUSTER_NAME", SLOW)
    with pytest.raises(CommandError, match="Q_CLUSTER_NAME=fast"):
        call_command("lane", FAST)
