"""A worker as drills run it, and waiting until it is well."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

from kameng.lib import clock
from kameng.tasks.lanes import FAST, SILENCE_SECONDS, SLOW
from kameng.tasks.models import Heartbeat
from tests.drills.backlog.apps import MARKS
from tests.drills.lanes import BUSY, GROUP, IDLE, LANE, MONITOR, PUSHER, SENTINEL, Lane
from tests.drills.waiting import until
from tests.harness import servers
from tests.harness.scale import scale

SILENCES = scale({FAST: 6.0, SLOW: 6.0}, SILENCE_SECONDS)
"""Seconds until the supervisor replaces a frozen lane: in drills as in production, in `make test` sooner."""

KINDS = (SENTINEL, BUSY, GROUP, IDLE, PUSHER, MONITOR) if connection.vendor == "postgresql" else (LANE,)
FREEZING = {IDLE, MONITOR}


@contextmanager
def working(folder: Path, environment: Mapping[str, str] | None = None) -> Iterator[servers.Process]:
    """A worker that also knows the backlog of the drills, and leaves marks in the folder."""
    settings = {
        "DJANGO_SETTINGS_MODULE": "tests.drills.settings",
        "EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend",
        MARKS: str(folder),
    }
    options = [f"--{lane}-silence={seconds}" for lane, seconds in SILENCES.items()]
    with servers.worker(settings | dict(environment or {}), *options) as worker:
        try:
            yield worker
        finally:
            print(worker.log())


def until_well(lane: Lane) -> float:
    """Wait until the lane's processes are complete and one of them has finished something from now on."""
    since = clock.now()
    seconds = until(lane.complete, f"the processes of {lane.name}")
    beats = Heartbeat.objects.filter(lane=lane.name, beat_at__gt=since)
    return seconds + until(beats.exists, f"a heartbeat of {lane.name}")
