"""The processes of a running worker, found where the kernel lists them."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

from django.db import connection

from tests.drills.backlog import marks

PROC = Path("/proc")

LANE = "lane process"
SENTINEL = "sentinel"
BUSY = "busy worker"
IDLE = "idle worker"
PUSHER = "pusher"
MONITOR = "monitor"
GROUP = "whole group"

WORKERS = 2


class Lane:
    """One lane of a supervisor: a single process on SQLite, a leader, a sentinel and its four on PostgreSQL."""

    def __init__(self, name: str, supervisor: int, folder: Path) -> None:
        self.name = name
        self.supervisor = supervisor
        self.folder = folder

    def complete(self) -> bool:
        """Whether all its processes run."""
        assert alive(self.supervisor), "the supervisor has ended"
        if connection.vendor == "sqlite":
            return bool(self.leader())
        return len(self._pool()) == WORKERS + 2 and len(self._marked(marks.WORKER)) == WORKERS

    def leader(self) -> int:
        """Its first process; 0 when there is none."""
        told = f"Q_CLUSTER_NAME={self.name}".encode()
        return next((pid for pid in children(self.supervisor) if told in _environment(pid)), 0)

    def everybody(self) -> list[int]:
        """All its processes."""
        leader = self.leader()
        return [leader, *children(leader), *self._pool()] if leader else []

    def kill(self, kind: str) -> list[int]:
        """SIGKILL to the processes of that kind, which must be there; returns their numbers."""
        kinds: dict[str, Callable[[], list[int]]] = {
            LANE: lambda: [self.leader()],
            SENTINEL: lambda: children(self.leader()),
            BUSY: self.at_work,
            # The one that waits at the pipe holds its lock; which one that is cannot be seen from here.
            IDLE: lambda: [pid for pid in self._marked(marks.WORKER) if not marks.marked(self.folder, pid, marks.BUSY)],
            MONITOR: lambda: self._marked(marks.MONITOR),
            PUSHER: self._unmarked,
            GROUP: self.everybody,
        }
        pids = kinds[kind]()
        assert pids, f"there is no {kind}"
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        return pids

    def at_work(self) -> list[int]:
        """Its workers that run a controller."""
        return self._marked(marks.BUSY)

    def _marked(self, mark: str) -> list[int]:
        return [pid for pid in self._pool() if marks.marked(self.folder, pid, mark)]

    def _unmarked(self) -> list[int]:
        """The pusher, which does nothing that tells: who is neither a worker nor the monitor."""
        told = {*self._marked(marks.WORKER), *self._marked(marks.MONITOR)}
        return [pid for pid in self._pool() if pid not in told]

    def _pool(self) -> list[int]:
        """The sentinel's children: workers, monitor, pusher."""
        return [pid for sentinel in children(self.leader()) for pid in children(sentinel)]


def children(parent: int) -> list[int]:
    """The living children of a process."""
    found = []
    for folder in PROC.iterdir() if parent else ():
        told = _status(folder.name) if folder.name.isdigit() else []
        if told and int(told[1]) == parent and told[0] != "Z":
            found.append(int(folder.name))
    return found


def alive(pid: int) -> bool:
    """Whether it runs; a zombie does not."""
    told = _status(str(pid))
    return bool(told) and told[0] != "Z"


def _status(pid: str) -> list[str]:
    """The fields of `stat` from the state on; none when the process is gone."""
    try:
        return (PROC / pid / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _environment(pid: int) -> list[bytes]:
    try:
        return (PROC / str(pid) / "environ").read_bytes().split(b"\0")
    except OSError:
        return []
