"""A trace of which worker processes are busy: each keeps a file named after it while it runs a controller."""

import os
from pathlib import Path
from typing import Any

from django_q.signals import post_execute_in_worker, pre_execute

from tests.drills.backlog.apps import BUSY


def trace() -> None:
    """Begin to tell, in this process and those it forks."""
    pre_execute.connect(_begin, dispatch_uid="begin")
    post_execute_in_worker.connect(_end, dispatch_uid="end")


def _mark() -> Path:
    return Path(os.environ[BUSY], str(os.getpid()))


def _begin(task: dict[str, Any], **_: Any) -> None:
    if task["args"]:
        # Not for no-ops, which nobody can catch.
        _mark().touch()


def _end(**_: Any) -> None:
    _mark().unlink(missing_ok=True)
