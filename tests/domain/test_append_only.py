"""The triggers bite: nobody changes or deletes what was written down, on either database."""

from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from fulfillment.proof.history import STATEFUL
from kameng.audit.record import Actor
from kameng.lib.append_only import lifted, protected
from shop.approvals.models import Act
from shop.approvals.two_people import Asked, ask
from shop.ledger.models import Entry, Journal
from tests.proof import busy

TABLES = (
    "approvals_approvalevent",
    "audit_entry",
    "delivery_fulfillmentevent",
    "delivery_reveal",
    "delivery_shipmentevent",
    "inventory_capacitychange",
    "inventory_movement",
    "ledger_entry",
    "ledger_journal",
    "orders_lineevent",
    "orders_orderevent",
    "payments_paymentevent",
    "payments_refundevent",
)


@pytest.mark.django_db
def test_every_history_every_journal_and_the_log_are_protected() -> None:
    assert protected(connection) == sorted(TABLES)
    assert {model.event_model()._meta.db_table for model in STATEFUL} <= set(TABLES)


@pytest.mark.django_db
def test_no_row_of_a_protected_table_is_changed_or_deleted() -> None:
    busy.busy_shop()
    ask(what=Asked(Act.EXPORT, "batch:1"), actor=Actor("user:1", "owner"), reason="moving", now=busy.NOW)
    for model in (model for model in apps.get_models() if model._meta.db_table in TABLES):
        rows = model._default_manager
        column = next(field.attname for field in model._meta.fields if not field.primary_key)
        before = list(rows.order_by("pk").values())
        assert before, f"{model.__name__} has no row to try it on"
        for refused in (
            lambda rows=rows, column=column: rows.update(**{column: rows.values_list(column, flat=True)[0]}),
            lambda rows=rows: rows.all()[0].save(),
            lambda table=model._meta.db_table: _run(f'DELETE FROM "{table}"'),
        ):
            with pytest.raises(DatabaseError, match=r"append-only"), transaction.atomic():
                refused()
        assert list(rows.order_by("pk").values()) == before


def _run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.django_db
def test_the_triggers_are_lifted_for_a_block_and_bite_again() -> None:
    journal = Journal.objects.create(key="one", at=busy.NOW)
    with lifted():
        Journal.objects.filter(pk=journal.pk).update(memo="changed")
    with pytest.raises(DatabaseError, match=r"append-only"), transaction.atomic():
        Journal.objects.filter(pk=journal.pk).update(memo="changed again")
    assert Journal.objects.get(pk=journal.pk).memo == "changed"


@pytest.mark.django_db
def test_rows_are_still_added() -> None:
    busy.busy_shop()
    assert Entry.objects.count() > 0


def test_an_unknown_table_is_a_mistake_of_this_test() -> None:
    known: set[Any] = {model._meta.db_table for model in apps.get_models()}
    assert set(TABLES) <= known
