"""Named points where a drill may end the process at once, as a power cut would.

Off unless KAMENG_FAILPOINTS names a point (`place.before_commit`), optionally with a file that lets it fire once:
`place.before_commit@/path/to/flag`.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import transaction


def reach(name: str) -> None:
    """End the process here with code 137 when this point is armed."""
    if not settings.FAILPOINTS:
        return
    for armed in settings.FAILPOINTS.split(","):
        point, _, flag = armed.partition("@")
        if point == name and _fires(flag):
            os._exit(137)


def _fires(flag: str) -> bool:
    if not flag:
        return True
    try:
        os.close(os.open(flag, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return False
    return True


@contextmanager
def commit(name: str) -> Iterator[None]:
    """One durable transaction with a failpoint on either side of its commit."""
    with transaction.atomic(durable=True):
        yield
        reach(f"{name}.before_commit")
    reach(f"{name}.after_commit")
