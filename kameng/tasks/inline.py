"""A lane as one process, for SQLite: django-q2's own worker and monitor, run in turn on one task at a time.

Three processes instead of thirteen, one writer a lane, and no pipe that a killed process could leave blocked.
"""

import logging
import queue
import signal
import time
from multiprocessing import Value
from typing import Any

from django import db
from django_q.brokers import Broker, get_broker
from django_q.monitor import monitor
from django_q.signing import BadSignature, SignedPackage
from django_q.worker import worker

IDLE = -1
"""What django-q2's worker leaves in its timer when it would take another task; else it wants to be replaced."""

TROUBLE_SECONDS = 1.0

log = logging.getLogger(__name__)


class InlineLane:
    """Takes the tasks of one lane from the broker until it is asked to stop or its memory has grown too far."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.stopping = False
        self._timer = Value("f", IDLE)

    def stop_on_signals(self) -> None:
        """SIGTERM and SIGINT let the task at hand finish."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask_to_stop)

    def run(self) -> None:
        """Work until asked to stop; a database that is away or locked is waited for."""
        broker = get_broker(self.name)
        while not self.stopping:
            try:
                self.step(broker)
            except Exception:
                # Tasks are only hints: what is lost here is found by the worker's sweep.
                log.exception("lane %s stumbled", self.name)
                db.connections.close_all()
                time.sleep(TROUBLE_SECONDS)

    def step(self, broker: Broker) -> int:
        """Take what the broker gives, waiting one poll when there is nothing; returns how many tasks were finished."""
        finished = 0
        for ack_id, package in broker.dequeue() or []:
            try:
                task = SignedPackage.loads(package)
            except (TypeError, BadSignature):
                log.warning("lane %s: a task signed with another key was dropped", self.name)
                broker.fail(ack_id)
                continue
            self._finish(task | {"cluster": self.name, "ack_id": ack_id}, broker)
            finished += 1
        return finished

    def _finish(self, task: dict[str, Any], broker: Broker) -> None:
        """Execute and acknowledge one task as django-q2 does, without its processes."""
        tasks, results = queue.SimpleQueue[Any](), queue.SimpleQueue[Any]()
        tasks.put(task)
        tasks.put("STOP")
        worker(tasks, results, self._timer)
        results.put("STOP")
        monitor(results, broker)
        if self._timer.value != IDLE:
            self.stopping = True

    def _ask_to_stop(self, *_: object) -> None:
        self.stopping = True
