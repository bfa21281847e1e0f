"""A database that lets anything happen, for the length of a block inside a test's transaction."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from kameng.lib.append_only import lifted

UNIQUE = ("trade_once", "secret_once_a_merchant", "unit_secret_once_a_holder")
CHECKS = """
    SELECT conrelid::regclass, conname FROM pg_constraint
    WHERE contype = 'c' AND conrelid <> 0 AND connamespace = current_schema()::regnamespace"""


@contextmanager
def unguarded() -> Iterator[None]:
    """Without triggers, checks and the unique indexes of UNIQUE; the test's rollback brings them back."""
    _drop_indexes()
    if connection.vendor == "postgresql":
        _drop_checks()
        with lifted():
            yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA ignore_check_constraints = 1")
        try:
            with lifted():
                yield
        finally:
            cursor.execute("PRAGMA ignore_check_constraints = 0")


def _drop_indexes() -> None:
    with connection.cursor() as cursor:
        for name in UNIQUE:
            cursor.execute(f'DROP INDEX "{name}"')


def _drop_checks() -> None:
    with connection.cursor() as cursor:
        # Rows with a deferred check outstanding would keep their tables from being altered.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(CHECKS)
        for table, name in cursor.fetchall():
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
