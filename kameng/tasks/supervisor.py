"""Keeps the background work of one host going: starts the lanes, watches them, and wakes controllers that have due rows.

It survives the database going away, and its lanes end with it however it ends.
"""

import datetime as dt
import logging
import signal
import time
from collections.abc import Mapping

from django.db import DatabaseError, InterfaceError, close_old_connections, connections
from django_q.brokers import get_broker
from django_q.tasks import async_task

from kameng.lib import clock
from kameng.tasks.known import controllers
from kameng.tasks.models import Heartbeat
from kameng.tasks.running import RunningLane, stop
from kameng.tasks.wake import wake

TICK_SECONDS = 0.1
SWEEP_SECONDS = 1.0
NOOP_SECONDS = 3.0
STALL_SECONDS = 10.0
KEEP_HEARTBEATS = dt.timedelta(days=1)

NOOP = "kameng.tasks.run.noop"

log = logging.getLogger(__name__)


class Supervisor:
    """`silences` says for each lane how many seconds without a finished task mean that it is frozen."""

    def __init__(self, silences: Mapping[str, float]) -> None:
        self.lanes = [RunningLane(name, silence=silence) for name, silence in silences.items()]
        self.stopping = False
        self._last_tick = time.monotonic()
        self._next_sweep = self._next_noop = float("-inf")
        self._away = False
        self._failing: set[str] = set()

    def run(self) -> None:
        """Supervise until SIGTERM or SIGINT, then stop the lanes; they are gone within ten seconds."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask_to_stop)
        try:
            self._await_database()
            while not self.stopping:
                self.tick(time.monotonic())
                time.sleep(TICK_SECONDS)
        finally:
            stop(self.lanes)

    def tick(self, moment: float) -> None:
        """One look at the processes, and once a second at the database."""
        if moment - self._last_tick > STALL_SECONDS:
            # This process was the one that stood still.
            self._forgive(moment)
        self._last_tick = moment
        for lane in self.lanes:
            lane.keep_alive(moment)
        if moment >= self._next_sweep:
            self._next_sweep = moment + SWEEP_SECONDS
            if self._listen(moment):
                self.sweep()
            for lane in self.lanes:
                if lane.is_frozen(moment):
                    lane.replace(moment)

    def sweep(self) -> None:
        """Wake every controller that has due rows: what a lost wake, a crash or the passing of time left behind."""
        for known in controllers.values():
            try:
                if known.due(clock.now()):
                    wake(known.name)
                self._failing.discard(known.name)
            except Exception:
                close_old_connections()
                if known.name not in self._failing:
                    log.exception("cannot tell whether %s is due", known.name)
                self._failing.add(known.name)

    def _listen(self, moment: float) -> bool:
        """Read the heartbeats and ask for new ones; returns whether the database answers."""
        try:
            close_old_connections()
            if moment >= self._next_noop:
                self._next_noop = moment + NOOP_SECONDS
                self._send_noops()
            instances = [lane.instance for lane in self.lanes]
            beats = dict(Heartbeat.objects.filter(instance__in=instances).values_list("instance", "beat_at"))
        except (DatabaseError, InterfaceError) as error:
            if not self._away:
                log.warning("the database does not answer: %s", error)
            self._away = True
            connections.close_all()
            # Without it no lane can finish anything.
            self._forgive(moment)
            return False
        if self._away:
            log.warning("the database answers again")
        self._away = False
        for lane in self.lanes:
            lane.hear(beats.get(lane.instance), moment)
        return True

    def _send_noops(self) -> None:
        """Give each lane something to finish, unless something waits for it anyway."""
        for lane in self.lanes:
            if not get_broker(lane.name).queue_size():
                async_task(NOOP, cluster=lane.name)

    def _forgive(self, moment: float) -> None:
        for lane in self.lanes:
            lane.forgive(moment)

    def _await_database(self) -> None:
        """Wait until the database answers and has our tables: django-q2 started before that never recovers."""
        while not self.stopping:
            try:
                Heartbeat.objects.filter(beat_at__lt=clock.now() - KEEP_HEARTBEATS).delete()
                return
            except (DatabaseError, InterfaceError) as error:
                if not self._away:
                    log.warning("waiting for the database: %s", error)
                self._away = True
                connections.close_all()
                time.sleep(SWEEP_SECONDS)

    def _ask_to_stop(self, *_: object) -> None:
        self.stopping = True
