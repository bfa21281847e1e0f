"""Lets Django's flush after a transactional test pass the append-only triggers, and nothing else."""

from typing import Any

from django.core.cache import cache
from django.db import connection
from django.test import TransactionTestCase

from kameng.lib.append_only import lifted


def install() -> None:
    """Wrap the flush once for the whole run."""
    case: Any = TransactionTestCase
    flush = case._fixture_teardown

    def lifted_flush(self: Any) -> None:
        # A TestCase rolls back instead; it comes here only where the database has no transactions.
        connection.ensure_connection()
        with lifted():
            flush(self)
        # The cache's table is no model: counters of rate limits would reach the next test.
        cache.clear()

    case._fixture_teardown = lifted_flush
