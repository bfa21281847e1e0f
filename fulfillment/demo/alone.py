"""One demo at a time: a second one would share the running one's database, or throw it away under it."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

#: What PostgreSQL knows the demo by; any number that nobody else uses.
ADVISORY = 0x6B616D656E67


class RunsAlready(Exception):
    """Another demo has these data; `str()` says where it runs."""


@contextmanager
def alone(url: str) -> Iterator[None]:
    """Keep every other demo off the folder and the database for the length of the block; raises RunsAlready.

    The kernel lets go of the files, and PostgreSQL of its lock, however this process ends.
    """
    with ExitStack() as held:
        for path in _files():
            held.enter_context(_locked(path, url))
        if connection.vendor == "postgresql":
            held.enter_context(_locked_in_database())
        yield


def _files() -> list[Path]:
    ours = [Path(settings.VAR, "demo.lock")]
    if connection.vendor == "sqlite":
        # The same file may be reached from another folder.
        ours.append(Path(f"{connection.settings_dict['NAME']}-demo.lock"))
    return ours


@contextmanager
def _locked(path: Path, url: str) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise RunsAlready(f"the demo already runs at {file.read().strip()}") from None
        file.truncate(0)
        file.write(f"{url} (pid {os.getpid()})\n")
        file.flush()
        yield


@contextmanager
def _locked_in_database() -> Iterator[None]:
    # A connection of its own: the other one is closed and opened as the work wants it.
    guard = connection.copy("demo")
    try:
        with guard.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [ADVISORY])
            if cursor.fetchone() != (True,):
                raise RunsAlready("the demo already runs on this database, from another folder (KAMENG_VAR)")
        yield
    finally:
        guard.close()
