"""Append-only tables are emptied between transactional tests, and at no other time."""

import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction

from kameng.audit.models import Entry
from kameng.audit.record import Actor, record
from kameng.lib.append_only import protected

NOW = dt.datetime(2026, 11, 22, 8, tzinfo=dt.UTC)
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("turn", [1, 2])
def test_rows_that_nobody_may_delete_are_gone_in_the_next_test(turn: int) -> None:
    assert not Entry.objects.exists()
    with transaction.atomic():
        record(act="test", subject="flush", actor=Actor("tester", "operator"), now=NOW)
    with pytest.raises(DatabaseError), transaction.atomic():
        Entry.objects.update(act="changed")
    with pytest.raises(DatabaseError), transaction.atomic():
        Entry.objects.all().delete()
    assert Entry.objects.get().act == "test"


def test_the_triggers_are_back_after_a_flush() -> None:
    assert Entry._meta.db_table in protected(connection)
