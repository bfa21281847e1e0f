"""Rows made from rows without carrying them through this process: INSERT … SELECT, written by the ORM's own compiler."""

from typing import Any

from django.db import connections, models
from django.db.models import Expression, F, Value


def insert_from(source: "models.QuerySet[Any]", into: type[models.Model], /, **values: Any) -> int:
    """Insert one row of `into` for each row of `source` and return how many; `values` are columns as expressions or constants.

    Every column without a default in the database must be named: neither `save` nor model defaults play a part.
    """
    connection = connections[source.db]
    fields: list[Any] = [into._meta.get_field(name) for name in values]
    picked = {f"_{field.column}": _expression(value, field) for field, value in zip(fields, values.values(), strict=True)}
    query, parameters = source.order_by().annotate(**picked).values_list(*picked).query.get_compiler(source.db).as_sql()
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {quote(into._meta.db_table)} ({columns}) {query}", parameters)
        return int(cursor.rowcount)


def _expression(value: Any, field: Any) -> Any:
    return value if isinstance(value, Expression | F) else Value(value, output_field=field)
