"""Every pair of states of every model: listed steps pass and leave one event, all others are refused and change nothing."""

import datetime as dt
from typing import Any

import pytest
from django.db import transaction

from fulfillment.delivery.models import Fulfillment, Shipment
from fulfillment.proof.history import STATEFUL
from kameng.lib.transitions import IllegalTransition, Overtaken, Stateful, move, move_all
from shop.approvals.models import Approval
from shop.inventory.models import StockUnit
from shop.orders.models import Order, OrderLine
from shop.payments.models import Payment, Refund
from tests.domain import edges, rows

LISTED = {
    Order: edges.ORDER,
    OrderLine: edges.ORDER_LINE,
    StockUnit: edges.STOCK_UNIT,
    Payment: edges.PAYMENT,
    Refund: edges.REFUND,
    Fulfillment: edges.FULFILLMENT,
    Shipment: edges.SHIPMENT,
    Approval: edges.APPROVAL,
}
LATER = rows.NOON + dt.timedelta(minutes=1)
MODELS = [pytest.param(model, id=model.__name__) for model in STATEFUL]


def _states(model: type[Stateful]) -> list[str]:
    field: Any = model._meta.get_field("status")  # type: ignore[misc]
    return [value for value, _label in field.choices]


def _from_each_state() -> list[Any]:
    return [pytest.param(model, state, id=f"{model.__name__}-{state}") for model in STATEFUL for state in _states(model)]


def test_no_model_with_a_status_is_missing() -> None:
    assert set(LISTED) == set(STATEFUL) == set(Stateful.__subclasses__()) == set(rows.MAKERS)


@pytest.mark.parametrize("model", MODELS)
def test_the_steps_in_code_are_those_of_the_architecture(model: type[Stateful]) -> None:
    assert set(model.EDGES) == set(_states(model))
    assert {(a, b) for a, targets in model.EDGES.items() for b in targets} == edges.pairs(LISTED[model])


@pytest.mark.django_db
@pytest.mark.parametrize(("model", "source"), _from_each_state())
def test_listed_steps_pass_with_one_event_and_all_others_change_nothing(model: type[Stateful], source: str) -> None:
    listed = {b for a, b in edges.pairs(LISTED[model]) if a == source}
    row = rows.MAKERS[model]()
    for target in _states(model):
        rows.force(row, source)
        before, told = rows.stored(row), rows.events(row)
        changes = rows.columns(row, target)
        if target in listed:
            with transaction.atomic():
                assert len(move(row, target, now=LATER, actor="tester", reason="a pair", changes=changes)) == 1
            assert rows.stored(row) == before | _as_columns(changes) | {"status": target}
            assert rows.events(row) == [*told, (source, target)]
            assert rows.last_event(row) == (LATER, "tester", "a pair")
            assert row.status == target
        else:
            with pytest.raises(IllegalTransition), transaction.atomic():
                move(row, target, now=LATER, actor="tester", changes=changes)
            assert (rows.stored(row), rows.events(row)) == (before, told)


def _as_columns(changes: dict[str, Any]) -> dict[str, Any]:
    """Field names and rows as columns and keys."""
    return {f"{k}_id" if k == "reservation" else k: getattr(v, "pk", v) for k, v in changes.items()}


@pytest.mark.django_db
@pytest.mark.parametrize("model", MODELS)
def test_who_looks_at_an_old_status_is_overtaken(model: type[Stateful]) -> None:
    row = rows.MAKERS[model]()
    for source, target in sorted(edges.pairs(LISTED[model])):
        for elsewhere in set(_states(model)) - {source}:
            rows.force(row, elsewhere)
            before, told = rows.stored(row), rows.events(row)
            row.status = source
            with pytest.raises(Overtaken), transaction.atomic():
                move(row, target, now=LATER, actor="tester", changes=rows.columns(row, target))
            assert (rows.stored(row), rows.events(row)) == (before, told)


@pytest.mark.django_db
def test_a_path_leaves_one_event_a_step_and_one_update() -> None:
    row = rows.line()
    rows.force(row, "VERIFIED")
    with transaction.atomic():
        move(row, "DELIVERING", "DELIVERED", now=LATER, actor="tester")
    assert rows.stored(row)["status"] == "DELIVERED"
    assert rows.events(row)[-2:] == [("VERIFIED", "DELIVERING"), ("DELIVERING", "DELIVERED")]


@pytest.mark.django_db
def test_a_path_with_one_step_that_is_not_listed_changes_nothing() -> None:
    row = rows.line()
    rows.force(row, "VERIFIED")
    before, told = rows.stored(row), rows.events(row)
    with pytest.raises(IllegalTransition), transaction.atomic():
        move(row, "DELIVERING", "COMPLETED", now=LATER, actor="tester")
    assert (rows.stored(row), rows.events(row)) == (before, told)


@pytest.mark.django_db
def test_of_many_rows_all_move_or_none() -> None:
    first, second = rows.order(), rows.order()
    rows.force(second, "EXPIRED")
    second.status = "PENDING"
    with pytest.raises(Overtaken), transaction.atomic():
        move_all([first, second], "PAID", now=LATER, actor="tester")
    assert (rows.stored(first)["status"], rows.stored(second)["status"]) == ("PENDING", "EXPIRED")
    assert rows.events(first) == rows.events(second) == [("", "PENDING")]


@pytest.mark.django_db
def test_changes_cannot_smuggle_in_another_status() -> None:
    row = rows.order()
    with transaction.atomic():
        move(row, "EXPIRED", now=LATER, actor="tester", changes={"status": "COMPLETED"})
    assert rows.stored(row)["status"] == row.status == "EXPIRED"


@pytest.mark.django_db(transaction=True)
def test_a_step_outside_of_a_transaction_is_refused() -> None:
    row = rows.order()
    with pytest.raises(transaction.TransactionManagementError):
        move(row, "EXPIRED", now=LATER, actor="tester")
    assert rows.stored(row)["status"] == "PENDING"
