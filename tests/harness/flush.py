"""The flush after a transactional test: passes the append-only triggers, and touches only tables that hold rows.

Django's own empties every table and makes content types and permissions anew, which took 0.3 seconds a test.
"""

from typing import Any

from django.core.cache import cache
from django.db import connection, transaction
from django.test import TransactionTestCase

from kameng.lib.append_only import lifted

# Made by migrations, equal in every test, changed by none.
KEPT = {"django_content_type", "auth_permission"}


def install() -> None:
    """Replace the flush once for the whole run."""
    case: Any = TransactionTestCase
    django_flush = case._fixture_teardown

    def teardown(self: Any) -> None:
        if self.available_apps is not None or self.serialized_rollback:
            with lifted():
                django_flush(self)
        else:
            empty()
        # The cache's table is no model: counters of rate limits would reach the next test.
        cache.clear()

    case._fixture_teardown = teardown


def empty() -> None:
    """Delete every row but those of KEPT; in one transaction, at whose end the deferred foreign keys are checked."""
    # The triggers fall and return outside of it: PostgreSQL refuses that while checks of the same table are pending.
    with lifted(), transaction.atomic(), connection.cursor() as cursor:
        for table in filled(cursor):
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")


def filled(cursor: Any) -> list[str]:
    """The tables of models that hold rows."""
    tables = sorted(set(connection.introspection.django_table_names(only_existing=True, include_views=False)) - KEPT)
    probes = (f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {connection.ops.quote_name(table)})" for table in tables)
    # SQLite allows 500 terms in a compound.
    found: list[str] = []
    for group in _groups(list(probes), 100):
        cursor.execute(" UNION ALL ".join(group))
        found += [row[0] for row in cursor.fetchall()]
    return found


def _groups(items: list[str], size: int) -> list[list[str]]:
    return [items[start : start + size] for start in range(0, len(items), size)]
