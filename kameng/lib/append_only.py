"""Rows that nobody changes: triggers that refuse UPDATE and DELETE, on both databases.

`tables()` is filled by `protect`, which migrations call; tests lift the triggers around their flush only.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations import RunPython

_FUNCTION = """
CREATE OR REPLACE FUNCTION kameng_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'append-only: % on % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege'; END $$
"""


def protect(*tables: str) -> RunPython:
    """A migration step that makes the tables append-only."""

    def forward(_apps: Any, editor: Any) -> None:
        for table in tables:
            _create(editor.connection, table)

    def backward(_apps: Any, editor: Any) -> None:
        for table in tables:
            _drop(editor.connection, table)

    return RunPython(forward, backward)


def protected(connection: BaseDatabaseWrapper) -> list[str]:
    """The names of the protected tables that exist in this database."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT DISTINCT event_object_table FROM information_schema.triggers WHERE trigger_name LIKE 'append_only_%'"
                " AND trigger_schema = current_schema()"
            )
        else:
            cursor.execute(
                "SELECT DISTINCT tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'append_only_%'"
            )
        return sorted(row[0] for row in cursor.fetchall())


@contextmanager
def lifted(alias: str = "default") -> Iterator[None]:
    """Without the triggers for the length of the block: for the test harness and planted corruptions, never for the shop."""
    connection = connections[alias]
    tables = protected(connection)
    _each(connection, tables, _drop)
    try:
        yield
    finally:
        _each(connection, tables, _create)


def _each(connection: BaseDatabaseWrapper, tables: list[str], act: Callable[[BaseDatabaseWrapper, str], None]) -> None:
    for table in tables:
        act(connection, table)


def _create(connection: BaseDatabaseWrapper, table: str) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_FUNCTION)
            cursor.execute(
                f'CREATE TRIGGER append_only_{table} BEFORE UPDATE OR DELETE ON "{table}"'
                " FOR EACH ROW EXECUTE FUNCTION kameng_append_only()"
            )
            return
        for verb in ("UPDATE", "DELETE"):
            cursor.execute(
                f'CREATE TRIGGER append_only_{verb.lower()}_{table} BEFORE {verb} ON "{table}"'
                f" BEGIN SELECT RAISE(ABORT, 'append-only: {verb} on {table} is refused'); END"
            )


def _drop(connection: BaseDatabaseWrapper, table: str) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f'DROP TRIGGER IF EXISTS append_only_{table} ON "{table}"')
            return
        for verb in ("update", "delete"):
            cursor.execute(f"DROP TRIGGER IF EXISTS append_only_{verb}_{table}")
