"""The database as somebody who stole it would read it."""

import hashlib
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import connection

#: What reading may write: who is there, how often somebody tried, and when work was last looked for.
MAY_CHANGE = {"sessions.Session", "usersessions.UserSession", "tasks.Wakeup", "django_q.OrmQ"}


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


def state() -> dict[str, str]:
    """A hash of all rows of each model."""
    return {
        model._meta.label: hashlib.sha256(
            repr(list(model._default_manager.order_by("pk").values_list())).encode()
        ).hexdigest()
        for model in apps.get_models()
        if model._meta.label not in MAY_CHANGE and model._meta.managed
    }
