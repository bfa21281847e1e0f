"""The database as somebody who stole it would read it."""

from collections.abc import Iterator
from typing import Any

from django.db import connection


def cells() -> Iterator[tuple[str, str]]:
    """Every value of every table as text, with `table.column`."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                yield from ((f"{table}.{name}", _text(value)) for name, value in zip(names, row, strict=True))


def places_of(*needles: str) -> list[str]:
    """The columns in which any of the texts occurs."""
    return sorted({place for place, text in cells() for needle in needles if needle in text})


def _text(value: Any) -> str:
    return bytes(value).decode("latin-1") if isinstance(value, bytes | memoryview) else str(value)
