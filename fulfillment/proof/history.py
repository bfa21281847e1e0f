"""The history of every row with a status is a legal path, without gaps, to where the row is."""

import datetime as dt
from collections.abc import Iterator
from functools import cache
from typing import Any

from fulfillment.delivery.models import Fulfillment, Shipment
from fulfillment.proof.violations import Look, Violation, rows
from kameng.lib.transitions import Stateful
from shop.approvals.models import Approval
from shop.inventory.models import StockUnit
from shop.orders.models import Order, OrderLine
from shop.payments.models import Payment, Refund

STATEFUL: tuple[type[Stateful], ...] = (Order, OrderLine, StockUnit, Payment, Refund, Fulfillment, Shipment, Approval)
#: A verb takes its time before it waits for locks, so a step may be a little older than the one before it.
SKEW = dt.timedelta(minutes=1)


def histories_are_paths(_look: Look) -> Iterator[Violation]:
    """I11: each row's events lead in legal steps, each from where the last one ended, forward in time, to its status.

    Where the movements of a unit end is a matter of nothing being lost: I4 has it.
    """
    for model in STATEFUL:
        yield from _steps(model)
        if model is not StockUnit:
            for pk, status, last in astray(model):
                yield Violation("I11", f"{model._meta.model_name}:{pk}", f"is {status}, its last event led to {last}")


def _steps(model: type[Stateful]) -> Iterator[Violation]:
    name = model._meta.model_name
    for pk, last, source, target, then, at in rows(_wrong_steps(model)):
        if source != last:
            yield Violation("I11", f"{name}:{pk}", f"steps from {source or 'nothing'} to {target}, but was {last or 'new'}")
        elif source and target not in model.EDGES.get(source, frozenset()):
            yield Violation("I11", f"{name}:{pk}", f"steps from {source} to {target}, which is no edge")
        elif _time(then) - _time(at) > SKEW:
            yield Violation("I11", f"{name}:{pk}", f"steps to {target} at {at}, before the last step at {then}")


@cache
def _wrong_steps(model: type[Stateful]) -> str:
    """Events that do not begin where the one before ended, go back in time, or are no edge; names of our own columns only."""
    event, subject = model.event_model()._meta.db_table, f"{model.event_subject()}_id"
    edges = [("", status) for status in model.EDGES] + [(a, b) for a, targets in model.EDGES.items() for b in targets]
    legal = ", ".join(f"('{a}', '{b}')" for a, b in sorted(edges))
    return f"""
        SELECT subject, before, from_status, to_status, earlier, at FROM (
            SELECT {subject} AS subject, from_status, to_status, at,
                LAG(to_status, 1, '') OVER by_row AS before, LAG(at) OVER by_row AS earlier
            FROM {event} WINDOW by_row AS (PARTITION BY {subject} ORDER BY id)) steps
        WHERE from_status <> before OR earlier > at OR (from_status, to_status) NOT IN (VALUES {legal})"""  # noqa: S608


def _time(value: dt.datetime | str) -> dt.datetime:
    """SQLite keeps times as text."""
    return value if isinstance(value, dt.datetime) else dt.datetime.fromisoformat(value)


def astray(model: type[Stateful]) -> Iterator[tuple[Any, ...]]:
    """(key, status, where its events end) of rows that are elsewhere; None where a row has no event at all."""
    yield from rows(_astray(model))


@cache
def _astray(model: type[Stateful]) -> str:
    event, subject = model.event_model()._meta.db_table, f"{model.event_subject()}_id"
    return f"""
        SELECT s.id, s.status, e.to_status FROM {model._meta.db_table} s
        LEFT JOIN (SELECT {subject} AS subject, MAX(id) AS id FROM {event} GROUP BY {subject}) l ON l.subject = s.id
        LEFT JOIN {event} e ON e.id = l.id
        WHERE e.id IS NULL OR e.to_status <> s.status"""  # noqa: S608
