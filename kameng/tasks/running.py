"""One lane as the supervisor sees it: a process group of its own, and when it last showed that it works."""

import contextlib
import datetime as dt
import logging
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable

from django.conf import settings

from kameng.tasks import processes
from kameng.tasks.lanes import CLUSTER_NAME, INSTANCE, SUPERVISOR

STOP_SECONDS = 8.0
BOOT_SECONDS = 30.0
SHORT_LIFE_SECONDS = 3.0
PAUSE_SECONDS = 2.0

log = logging.getLogger(__name__)


class RunningLane:
    """Moments are of the monotonic clock: what the wall clock does never restarts anything."""

    def __init__(self, name: str, *, silence: float) -> None:
        self.name = name
        self.silence = silence
        self.instance = ""
        self.leader: subprocess.Popen[bytes] | None = None
        self.started = float("-inf")
        self._heard = float("-inf")
        self._beat_at: dt.datetime | None = None
        self._not_before = float("-inf")

    def start(self, moment: float) -> None:
        """Start the lane's processes as a session of their own; a no-op during the pause after a short life."""
        if moment < self._not_before:
            return
        self.instance = f"{socket.gethostname()}:{self.name}:{secrets.token_hex(4)}"
        environment = {CLUSTER_NAME: self.name, INSTANCE: self.instance, SUPERVISOR: str(os.getpid())}
        self.leader = subprocess.Popen(
            [sys.executable, str(settings.BASE_DIR / "manage.py"), "lane", self.name],
            env=os.environ | environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.started, self._beat_at = moment, None
        self.forgive(moment)
        log.info("lane %s started as process group %s", self.name, self.leader.pid)

    def keep_alive(self, moment: float) -> None:
        """Start again what ended by itself; what is left of its group is killed first, or it would work unwatched."""
        if self.leader is not None and processes.has_ended(self.leader):
            log.warning("lane %s ended (exit code %s)", self.name, self._kill(self.leader))
            if moment - self.started < SHORT_LIFE_SECONDS:
                self._not_before = moment + PAUSE_SECONDS
        if self.leader is None:
            self.start(moment)

    def hear(self, beat_at: dt.datetime | None, moment: float) -> None:
        """Take in the lane's heartbeat as read from the database; only a changed one is a sign of life."""
        if beat_at != self._beat_at:
            self._beat_at, self._heard = beat_at, moment

    def forgive(self, moment: float) -> None:
        """Begin to count its silence anew, because it could not have been heard."""
        self._heard = moment

    def is_frozen(self, moment: float) -> bool:
        """Whether it runs and finished nothing for longer than it may; its first task may take a start's time."""
        limit = self.silence if self._beat_at else max(self.silence, BOOT_SECONDS)
        return self.leader is not None and moment - self._heard > limit

    def replace(self, moment: float) -> None:
        """Kill the whole group of a frozen lane and start it again."""
        if self.leader is not None:
            log.error("lane %s finished nothing for %.0f s and is restarted", self.name, moment - self._heard)
            self._kill(self.leader)
            self.start(moment)

    def _kill(self, leader: subprocess.Popen[bytes]) -> int:
        self.leader = None
        return processes.kill_group(leader)


def stop(lanes: Iterable[RunningLane]) -> None:
    """Ask every lane to finish the task at hand, give all of them the same eight seconds, then kill their groups.

    Only the leader is asked: django-q2 stops its processes in order, and hangs when they are signalled beside it.
    """
    leaders = [lane.leader for lane in lanes if lane.leader is not None]
    for leader in leaders:
        if not processes.has_ended(leader):
            with contextlib.suppress(ProcessLookupError):
                os.kill(leader.pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    while time.monotonic() < deadline and not all(map(processes.has_ended, leaders)):
        time.sleep(0.05)
    for leader in leaders:
        processes.kill_group(leader)
    for lane in lanes:
        lane.leader = None
