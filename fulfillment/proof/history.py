"""The history of every row with a status is a legal path, without gaps, to where the row is."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import F, Q, Value, Window
from django.db.models.functions import Lag

from fulfillment.delivery.models import Fulfillment
from fulfillment.proof.violations import Look, Violation, rows
from kameng.lib.transitions import Stateful
from shop.inventory.models import StockUnit
from shop.orders.models import Order, OrderLine
from shop.payments.models import Payment, Refund

STATEFUL: tuple[type[Stateful], ...] = (Order, OrderLine, StockUnit, Payment, Refund, Fulfillment)
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
    subject = f"{model.event_subject()}_id"
    before = Window(Lag("to_status", default=Value("")), partition_by=F(subject), order_by="pk")
    earlier = Window(Lag("at"), partition_by=F(subject), order_by="pk")
    legal = Q(from_status="")
    for source, targets in model.EDGES.items():
        legal |= Q(from_status=source, to_status__in=targets)
    steps = model.event_model()._default_manager.annotate(before=before, earlier=earlier)
    wrong = steps.filter(~Q(from_status=F("before")) | Q(earlier__gt=F("at")) | ~legal)
    columns = (subject, "before", "from_status", "to_status", "earlier", "at")
    for pk, last, source, target, then, at in wrong.values_list(*columns).iterator():
        name = f"{model._meta.model_name}:{pk}"
        if source != last:
            yield Violation("I11", name, f"steps from {source or 'nothing'} to {target}, but was {last or 'new'}")
        elif source and target not in model.EDGES.get(source, frozenset()):
            yield Violation("I11", name, f"steps from {source} to {target}, which is no edge")
        elif then - at > SKEW:
            yield Violation("I11", name, f"steps to {target} at {at:%F %T}, before the last step at {then:%F %T}")


def astray(model: type[Stateful]) -> Iterator[tuple[Any, ...]]:
    """(key, status, where its events end) of rows that are elsewhere; None where a row has no event at all."""
    event, subject = model.event_model()._meta.db_table, f"{model.event_subject()}_id"
    # Names of our own tables and columns only.
    sql = f"""
        SELECT s.id, s.status, e.to_status FROM {model._meta.db_table} s
        LEFT JOIN (SELECT {subject} AS subject, MAX(id) AS id FROM {event} GROUP BY {subject}) l ON l.subject = s.id
        LEFT JOIN {event} e ON e.id = l.id
        WHERE e.id IS NULL OR e.to_status <> s.status"""  # noqa: S608
    yield from rows(sql)
