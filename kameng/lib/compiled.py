"""Queries whose SQL is built once: a sale reads few rows, and building such a question costs more than its answer."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from django.db import connection, transaction
from django.db.models import QuerySet, Value
from django.db.models.query import ModelIterable, ValuesListIterable, get_related_populators

R = TypeVar("R")


class Slot(Value):
    """The place of a value that each call brings: `filter(pk=Slot("pk"))`.

    Comparisons (`exact`, `gt`, `lte` …) take one; `in` and the pattern lookups look into their value, and do not.
    """

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def as_sql(self, _compiler: Any, _connection: Any) -> tuple[str, Any]:
        return "%s", (self,)


@dataclass(frozen=True)
class _Plan:
    """The statement, and how its rows become what the queryset would have yielded."""

    sql: str
    params: tuple[Any, ...]
    locks: bool
    made: Callable[[Any], Any]

    @classmethod
    def of(cls, queryset: QuerySet[Any, Any]) -> "_Plan":
        compiler = queryset.query.get_compiler(using=queryset.db)
        sql, params = compiler.as_sql()
        made = _KINDS[queryset._iterable_class](compiler, queryset.db)
        return cls(sql, tuple(params), queryset.query.select_for_update, made)


def _tuples(compiler: Any, _alias: str) -> Callable[[Any], Any]:
    converters = compiler.get_converters([each[0] for each in compiler.select])
    return lambda row: tuple(_converted(row, converters))


def _instances(compiler: Any, alias: str) -> Callable[[Any], Any]:
    """With what is joined to them, as Django's own iterable makes them."""
    if compiler.annotation_col_map:
        raise TypeError("annotations of instances would be lost")
    converters = compiler.get_converters([each[0] for each in compiler.select])
    info = compiler.klass_info
    fields = info["select_fields"]
    own = slice(fields[0], fields[-1] + 1)
    attributes = [each[0].target.attname for each in compiler.select[own]]
    joined: list[Any] = get_related_populators(info, compiler.select, alias)  # type: ignore[call-arg]

    def make(row: Any) -> Any:
        row = _converted(row, converters)
        made = info["model"].from_db(alias, attributes, row[own])
        for each in joined:
            each.populate(row, made)
        return made

    return make


_KINDS: dict[Any, Callable[[Any, str], Callable[[Any], Any]]] = {ModelIterable: _instances, ValuesListIterable: _tuples}


def _converted(row: Any, converters: dict[int, tuple[list[Any], Any]]) -> Any:
    if not converters:
        return row
    row = list(row)
    for position, (steps, expression) in converters.items():
        for convert in steps:
            row[position] = convert(row[position], expression, connection)
    return row


class Compiled(Generic[R]):
    """A query with slots, to be called with their values; it is built at the first call, once for each engine.

    It reads instances, with what is joined to them, or `values_list` tuples; annotations of instances raise TypeError.
    """

    def __init__(self, build: Callable[[], QuerySet[Any, R]]) -> None:
        self._build = build
        self._plans: dict[str, _Plan] = {}

    def __call__(self, **values: Any) -> list[R]:
        """All rows. Raises TransactionManagementError where the query locks and there is no transaction."""
        plan = self._plans.get(connection.vendor) or self._plans.setdefault(connection.vendor, _Plan.of(self._build()))
        if plan.locks and not connection.in_atomic_block:
            raise transaction.TransactionManagementError("select_for_update cannot be used outside of a transaction.")
        with connection.cursor() as cursor:
            cursor.execute(plan.sql, [_ready(each, values) for each in plan.params])
            return [plan.made(row) for row in cursor.fetchall()]

    def first(self, **values: Any) -> R | None:
        """The first row, if there is one."""
        return next(iter(self(**values)), None)

    def one(self, **values: Any) -> R:
        """The only row; raises the model's DoesNotExist."""
        found = self.first(**values)
        if found is None:
            raise cast("Any", self._build().model).DoesNotExist
        return found


def _ready(param: Any, values: dict[str, Any]) -> Any:
    value = values[param.name] if isinstance(param, Slot) else param
    if value is None and isinstance(param, Slot):
        raise ValueError("nothing equals NULL: a compiled query has no slot for None")
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, dt.datetime) else value
