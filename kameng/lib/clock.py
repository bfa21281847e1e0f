"""The one clock: the database's, so that every host agrees on what is due.

The offset between this machine and PostgreSQL is measured once a minute, on a connection of its own: the caller's may be
inside a broken transaction, and its queries are counted against budgets. On SQLite the machine's clock is the database's.
"""

import contextlib
import datetime as dt
import logging
import time
from collections.abc import Iterator
from contextvars import ContextVar

from django.db import connection

REFRESH_SECONDS = 60.0
RETRY_SECONDS = 5.0

log = logging.getLogger(__name__)

_injected: ContextVar[dt.datetime | None] = ContextVar("injected", default=None)
_offset = dt.timedelta(0)
_measure_after = float("-inf")


def now() -> dt.datetime:
    """The database's time, as an aware datetime in UTC; the injected one inside `at`."""
    injected = _injected.get()
    if injected is not None:
        return injected
    if connection.vendor == "postgresql" and time.monotonic() >= _measure_after:
        _measure()
    return dt.datetime.now(dt.UTC) + _offset


@contextlib.contextmanager
def at(moment: dt.datetime) -> Iterator[None]:
    """Inside the block `now()` is `moment`, in this thread only; for tests and demo data."""
    token = _injected.set(moment)
    try:
        yield
    finally:
        _injected.reset(token)


def _measure() -> None:
    """Set the offset; when the database does not answer the last one goes on for a few seconds."""
    global _offset, _measure_after
    _measure_after = time.monotonic() + RETRY_SECONDS
    asking = connection.copy()
    try:
        with asking.cursor() as cursor:
            before = dt.datetime.now(dt.UTC)
            cursor.execute("SELECT clock_timestamp()")
            theirs = cursor.fetchone()[0]
            after = dt.datetime.now(dt.UTC)
    except Exception as error:
        log.warning("the database's clock could not be read: %s", error)
        return
    finally:
        asking.close()
    # Half of the round trip is the best guess of when the database looked at its clock.
    _offset = theirs - (before + (after - before) / 2)
    _measure_after = time.monotonic() + REFRESH_SECONDS
