"""Serialising on a name instead of a row."""

import hashlib
from collections.abc import Iterable

from django.db import connection, transaction


def serialize(names: Iterable[str]) -> None:
    """Hold these names until the transaction ends; taken in one fixed order, so that two callers never deadlock.

    PostgreSQL: transaction-level advisory locks, one round trip. SQLite: the IMMEDIATE transaction already excludes every
    other writer. Raises outside a transaction, where the lock would be gone at once.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("a name can be held inside a transaction only")
    keys = sorted({_key(name) for name in names})
    if connection.vendor == "postgresql" and keys:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(k) FROM unnest(%s::bigint[]) WITH ORDINALITY AS t(k, n) ORDER BY n", [keys]
            )


def _key(name: str) -> int:
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big", signed=True)
