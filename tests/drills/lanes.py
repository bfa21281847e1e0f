"""The processes of a running worker, found where the kernel lists them."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

from django.db import connection

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

    def __init__(self, name: str, supervisor: int, busy: Path) -> None:
        self.name = name
        self.supervisor = supervisor
        self.busy = busy

    def complete(self) -> bool:
        """Whether all its processes run."""
        assert alive(self.supervisor), "the supervisor has ended"
        return bool(self.leader()) and (connection.vendor == "sqlite" or len(self._pool()) == WORKERS + 2)

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
            BUSY: self._busy,
            # The one that waits at the pipe holds its lock; which one that is cannot be seen from here.
            IDLE: lambda: [pid for pid in self._pool()[:WORKERS] if pid not in self._busy()],
            MONITOR: lambda: [self._pool()[WORKERS]],
            PUSHER: lambda: [self._pool()[WORKERS + 1]],
            GROUP: self.everybody,
        }
        pids = kinds[kind]()
        assert pids, f"there is no {kind}"
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        return pids

    def _busy(self) -> list[int]:
        return [pid for pid in self._pool()[:WORKERS] if (self.busy / str(pid)).exists()]

    def _pool(self) -> list[int]:
        """The sentinel's children in the order of their start: workers, monitor, pusher."""
        return [pid for sentinel in children(self.leader()) for pid in children(sentinel)]


def children(parent: int) -> list[int]:
    """The living children of a process, oldest first."""
    found = []
    for folder in PROC.iterdir() if parent else ():
        told = _status(folder.name) if folder.name.isdigit() else []
        if told and int(told[1]) == parent and told[0] != "Z":
            found.append((int(told[19]), int(folder.name)))
    return [pid for _, pid in sorted(found)]


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
