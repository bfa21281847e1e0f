"""Whatever part of the background work is killed while rows wait: each takes effect once, and nobody has to come.

Killing an idle worker or the monitor freezes django-q2 for good; these rounds wait for the supervisor to notice. `make test`
lets it notice sooner than in production, `make drills` does not.
"""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from kameng.tasks.lanes import FAST, SLOW
from tests.drills.backlog import jobs
from tests.drills.lanes import BUSY, IDLE, LANE, Lane, alive
from tests.drills.waiting import until
from tests.drills.workers import FREEZING, KINDS, until_well, working
from tests.harness import servers
from tests.harness.scale import scale

pytestmark = [
    pytest.mark.drill,
    pytest.mark.alone,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc"),
]

JOBS = 100
ROUNDS = scale(1, 10)
SLOW_KIND = IDLE if IDLE in KINDS else LANE


def all_gone(pids: list[int]) -> bool:
    return not any(map(alive, pids))


def told(worker: servers.Process, what: str, times: int) -> bool:
    return worker.log().count(what) >= times


def until_done(lane: str) -> float:
    """Wait until the backlog is empty; each job of it took effect once."""
    seconds = until(lambda: not jobs.waiting(lane).exists(), "the backlog is empty")
    assert jobs.effects() == [f"job:{lane}:{n:04}" for n in range(JOBS)]
    return seconds


def one_round(lane: Lane, kind: str, *, at_work: bool) -> None:
    until_well(lane)
    # What freezes is killed before the backlog comes, which would else be done before the freeze is felt.
    if at_work:
        jobs.fill(lane.name, JOBS)
        until(jobs.effects, "the backlog is being worked on")
        lane.kill(kind)
    else:
        lane.kill(kind)
        jobs.fill(lane.name, JOBS)
    done = until_done(lane.name)
    well = until_well(lane)
    print(f"{connection.vendor}, {lane.name}: {kind} killed, backlog done after {done:.1f} s, well {well:.1f} s later")


# In `make test` one worker goes through all kinds, in drills each kind has its own.
@pytest.mark.parametrize(
    ("lane", "kinds"),
    scale(
        [(FAST, KINDS)],
        [*((FAST, (kind,) * ROUNDS) for kind in KINDS), (SLOW, (SLOW_KIND,) * 2)],
    ),
    ids=lambda value: value if isinstance(value, str) else "+".join(dict.fromkeys(value)),
)
def test_a_killed_process_delays_and_repeats_nothing(lane: str, kinds: tuple[str, ...], tmp_path: Path) -> None:
    with working(tmp_path) as worker:
        for number, kind in enumerate(kinds):
            at_work = kind == BUSY or (kind not in FREEZING and number % 2 == 0)
            one_round(Lane(lane, worker.pid, tmp_path), kind, at_work=at_work)


@pytest.mark.parametrize(
    ("number", "within"), [(signal.SIGKILL, 5.0), (signal.SIGTERM, 10.0)], ids=["killed", "asked to stop"]
)
def test_an_ended_supervisor_takes_its_lanes_along_and_the_next_one_goes_on(
    number: signal.Signals, within: float, tmp_path: Path
) -> None:
    for _ in range(ROUNDS):
        with working(tmp_path) as worker:
            lanes = [Lane(name, worker.pid, tmp_path) for name in (FAST, SLOW)]
            for lane in lanes:
                until_well(lane)
            jobs.fill(FAST, JOBS)
            until(jobs.effects, "the backlog is being worked on")
            everybody = [worker.pid, *(pid for lane in lanes for pid in lane.everybody())]
            os.kill(worker.pid, number)
            until(partial(all_gone, everybody), "nobody is left", within=within)
        with working(tmp_path):
            until_done(FAST)


@pytest.fixture
def door() -> Iterator[Callable[[bool], None]]:
    """Opens the database to new connections, or shuts it and ends those of others."""
    name = connection.settings_dict["NAME"]
    with psycopg.connect(servers.database_url().replace(f"/{name}?", "/postgres?"), autocommit=True) as outside:

        def turn(is_open: bool) -> None:
            outside.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS {is_open}')
            if not is_open:
                with connection.cursor() as cursor:
                    cursor.execute(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                    )

        yield turn
        turn(True)


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite's database does not go away")
def test_a_database_that_goes_away_is_waited_for(door: Callable[[bool], None], tmp_path: Path) -> None:
    connection.ensure_connection()
    door(False)
    with working(tmp_path) as worker:
        until(partial(told, worker, "waiting for the database", 1), "a worker that waits")
        door(True)
        for name in (FAST, SLOW):
            until_well(Lane(name, worker.pid, tmp_path))
        for times in range(1, ROUNDS + 1):
            jobs.fill(FAST, JOBS)
            door(False)
            until(partial(told, worker, "does not answer", times), "a worker that noticed")
            door(True)
            until_done(FAST)
            until_well(Lane(FAST, worker.pid, tmp_path))
