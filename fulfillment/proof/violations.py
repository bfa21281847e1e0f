"""What an invariant is: a question to the rows, answered by those that break it."""

import datetime as dt
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Max, Min, QuerySet

#: Secrets opened by one check.
SAMPLE = 1_000


@dataclass(frozen=True, slots=True)
class Look:
    """When the rows are looked at, and how many secrets are opened."""

    now: dt.datetime
    sample: int = SAMPLE


class Violation(NamedTuple):
    """One broken fact: the invariant's code, the row, and what is wrong with it."""

    code: str
    subject: str
    text: str


Invariant = Callable[[Look], Iterator[Violation]]


def question(build: Callable[[], QuerySet[Any, Any]]) -> Callable[[], Iterator[tuple[Any, ...]]]:
    """A query without a time in it, as a function that asks it: built once, for it is asked again and again."""

    @cache
    def built() -> tuple[str, tuple[Any, ...]]:
        return build().query.sql_with_params()

    def ask() -> Iterator[tuple[Any, ...]]:
        yield from rows(*built())

    return ask


def rows(sql: str, params: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The rows of one statement, as the database has them."""
    with connection.cursor() as cursor:
        cursor.execute(sql, [_adapted(value) for value in params])
        while part := cursor.fetchmany(1_000):
            yield from part


def _adapted(value: Any) -> Any:
    """Times as the ORM writes them."""
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, dt.datetime) else value


def some(queryset: QuerySet[Any], most: int) -> list[int]:
    """Keys of at most `most` rows, all of them where there are no more, else spread at random over the table."""
    few = list(queryset.order_by("pk").values_list("pk", flat=True)[: most + 1])
    if len(few) <= most:
        return few
    ends = queryset.aggregate(first=Min("pk"), last=Max("pk"))
    draw = secrets.SystemRandom()
    keys = range(ends["first"], ends["last"] + 1)
    # Keys have gaps where rows were rolled back; twice as many draws fill the sample.
    drawn = draw.sample(keys, min(2 * most, len(keys)))
    return list(queryset.filter(pk__in=drawn).order_by().values_list("pk", flat=True)[:most])
