"""Marks of what django-q2's processes do, as files named after them: nobody can see it from outside.

`<pid>.worker` since it started, `<pid>.busy` while it runs a controller, `<pid>.monitor` since it finished a task.
"""

import os
from pathlib import Path
from typing import Any

from django_q.signals import post_execute, post_execute_in_worker, post_spawn, pre_execute

from tests.drills.backlog.apps import MARKS

WORKER = "worker"
BUSY = "busy"
MONITOR = "monitor"


def begin() -> None:
    """Leave marks from here on, in this process and those it forks."""
    post_spawn.connect(_spawned, dispatch_uid="spawned")
    pre_execute.connect(_began, dispatch_uid="began")
    post_execute_in_worker.connect(_ended, dispatch_uid="ended")
    post_execute.connect(_finished, dispatch_uid="finished")


def marked(folder: Path, pid: int, mark: str) -> bool:
    """Whether the process left that mark."""
    return (folder / f"{pid}.{mark}").exists()


def _mine(mark: str) -> Path:
    return Path(os.environ[MARKS], f"{os.getpid()}.{mark}")


def _spawned(**_: Any) -> None:
    _mine(WORKER).touch()


def _began(task: dict[str, Any], **_: Any) -> None:
    if task["args"]:
        # Not for no-ops, which nobody can catch.
        _mine(BUSY).touch()


def _ended(**_: Any) -> None:
    _mine(BUSY).unlink(missing_ok=True)


def _finished(**_: Any) -> None:
    _mine(MONITOR).touch()
