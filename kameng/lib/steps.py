"""The SQL of a state change: the guarded update and its events in one statement on PostgreSQL, in two on SQLite.

Statements are built here because a sale takes a dozen of these steps, and the ORM spends more time on an event than the
database. All names come from models, all values are parameters.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.db import connection, models

Values = Mapping[str, Any]

COLUMNS = ("from_status", "to_status", "at", "actor", "reason")
# Six parameters a row stay well below SQLite's 32,766.
CHUNK = 2_000


@dataclass(frozen=True, slots=True)
class Log:
    """Where events go, and what all events of one change share."""

    event: type[models.Model]
    subject: str
    now: dt.datetime
    actor: str
    reason: str

    def stamp(self) -> list[Any]:
        """Time, actor and reason as the database takes them."""
        return [connection.ops.adapt_datetimefield_value(self.now), self.actor, self.reason]

    def into(self) -> str:
        """The head of an INSERT."""
        quote = connection.ops.quote_name
        columns = [str(self.event._meta.get_field(self.subject).column), *COLUMNS]  # type: ignore[union-attr]
        return f"INSERT INTO {quote(self.event._meta.db_table)} ({', '.join(map(quote, columns))})"


def write(log: Log, steps: Sequence[tuple[int, str, str]]) -> list[int]:
    """Insert one event for each (key of the row, from, to), in this order; returns their keys."""
    keys: list[int] = []
    stamp = log.stamp()
    for start in range(0, len(steps), CHUNK):
        chunk = steps[start : start + CHUNK]
        rows = ", ".join(["(%s, %s, %s, %s, %s, %s)"] * len(chunk))
        params = [value for step in chunk for value in (*step, *stamp)]
        keys += _run(f"{log.into()} VALUES {rows} RETURNING id", params)
    return keys


def update_and_write(
    model: type[models.Model], where: Values, values: Values, hops: Sequence[tuple[str, str]], log: Log
) -> tuple[int, list[int]]:
    """Update rows, write an event for each hop of each row updated; returns how many rows, and the events' keys.

    `where` and `values` go by the names of fields; in `where`, a list means any of them.
    """
    sql, params = _update(model, where, values)
    if connection.vendor != "postgresql":
        moved = sorted(_run(f"{sql} RETURNING id", params))
        return len(moved), write(log, [(pk, a, b) for a, b in hops for pk in moved])
    listed = ", ".join(["(%s, %s, %s)"] * len(hops))
    keys = _run(
        f"WITH moved AS ({sql} RETURNING id) {log.into()}"  # noqa: S608
        f" SELECT moved.id, hop.a, hop.b, %s, %s, %s FROM moved CROSS JOIN (VALUES {listed}) AS hop (n, a, b)"
        " ORDER BY hop.n, moved.id RETURNING id",
        [*params, *log.stamp(), *(value for n, hop in enumerate(hops) for value in (n, *hop))],
    )
    return len(keys) // len(hops), keys


def _update(model: type[models.Model], where: Values, values: Values) -> tuple[str, list[Any]]:
    sets, new = zip(*(_assigned(model, name, value) for name, value in values.items()), strict=True)
    tests, old = zip(*(_compared(model, name, value) for name, value in where.items()), strict=True)
    table = connection.ops.quote_name(model._meta.db_table)
    sql = f"UPDATE {table} SET {', '.join(sets)} WHERE {' AND '.join(tests)}"  # noqa: S608
    return sql, [*new, *chain.from_iterable(old)]


def _assigned(model: type[models.Model], name: str, value: Any) -> tuple[str, Any]:
    field: Any = model._meta.get_field(name)
    return f"{connection.ops.quote_name(field.column)} = %s", _ready(field, value)


def _compared(model: type[models.Model], name: str, value: Any) -> tuple[str, list[Any]]:
    field: Any = model._meta.get_field(name)
    among = [_ready(field, each) for each in (value if isinstance(value, list) else [value])]
    return f"{connection.ops.quote_name(field.column)} IN ({', '.join(['%s'] * len(among))})", among


def _ready(field: Any, value: Any) -> Any:
    """The value as the database takes it."""
    return field.get_db_prep_save(value.pk if isinstance(value, models.Model) else value, connection)


def _run(sql: str, params: Sequence[Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [row[0] for row in cursor.fetchall()]
