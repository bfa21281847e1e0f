"""Serialising on a name instead of a row."""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction

LOCK_NOT_AVAILABLE = "55P03"


class StillHeld(Exception):
    """Others held a name or a row for longer than the caller may wait; its transaction, or savepoint, must end."""


@contextmanager
def in_time() -> Iterator[None]:
    """Raise StillHeld where the block waits too long for a lock; on SQLite there is but one, and others' errors stay."""
    try:
        yield
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", None) == LOCK_NOT_AVAILABLE:
            raise StillHeld("a lock was held for too long") from error
        raise


def serialize(names: Iterable[str], *, patience: float | None = None) -> None:
    """Hold these names until the transaction ends; taken in one fixed order, so that two callers never deadlock.

    PostgreSQL: transaction-level advisory locks, one round trip. SQLite: the IMMEDIATE transaction already excludes every
    other writer. Waits `patience` seconds where it is given, else as long as for any lock; then raises StillHeld. Raises
    outside a transaction, where the lock would be gone at once.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("a name can be held inside a transaction only")
    keys = sorted({_key(name) for name in names})
    if connection.vendor == "postgresql" and keys:
        with in_time():
            _hold(keys, patience)


def _hold(keys: list[int], patience: float | None) -> None:
    with connection.cursor() as cursor:
        if patience is not None:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{round(patience * 1000)}ms"])
        cursor.execute(
            "SELECT pg_advisory_xact_lock(k) FROM unnest(%s::bigint[]) WITH ORDINALITY AS t(k, n) ORDER BY n", [keys]
        )
        if patience is not None:
            # What is waited for from here on is no queue any more.
            cursor.execute("SET LOCAL lock_timeout TO DEFAULT")


def _key(name: str) -> int:
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big", signed=True)
