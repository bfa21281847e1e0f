"""Rows that fail in a controller: remembered, tried again after growing pauses, and out of the others' way meanwhile.

A due-query that ends in `first` offers no row that is in its pause, so that rows which fail for ever never fill its limit.
Nothing of this costs a statement as long as nothing fails.
"""

import datetime as dt
from collections.abc import Callable, Collection
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db.models import BooleanField, ExpressionWrapper, F, Q, QuerySet
from django.db.models.functions import Greatest

from kameng.lib.pauses import growing
from kameng.tasks.models import FailingRow

FIRST_PAUSE = dt.timedelta(seconds=2)
LONGEST_PAUSE = dt.timedelta(minutes=10)
PATIENCE = 3
"""After so many failures a person is called, and again whenever there are twice as many."""
FORGOTTEN_AFTER = dt.timedelta(hours=1)
"""A row that was not tried for so long after its pause is no longer due to anybody."""

Answer = TypeVar("Answer")


@dataclass(slots=True)
class Turn:
    """One look of a controller at its rows; `offered` says of each row whether it failed before."""

    controller: str
    now: dt.datetime
    offered: dict[int, bool] = field(default_factory=dict)


_turn: ContextVar[Turn | None] = ContextVar("turn", default=None)


def in_turn(controller: str, act: Callable[[dt.datetime], Answer]) -> Callable[[dt.datetime], Answer]:
    """`act(now)` as a look of this controller."""

    def look(now: dt.datetime) -> Answer:
        token = _turn.set(Turn(controller, now))
        try:
            return act(now)
        finally:
            _turn.reset(token)

    return look


def first(rows: "QuerySet[Any]", *, key: str = "pk", at_most: int = 200) -> list[int]:
    """The keys of the first of these rows without those in a pause; outside of a controller, of all of them."""
    turn = _turn.get()
    if turn is None:
        return list(rows.values_list(key, flat=True)[:at_most])
    failing = FailingRow.objects.filter(controller=turn.controller)
    paused = failing.filter(next_try_at__gt=turn.now)
    failed = ExpressionWrapper(Q(**{f"{key}__in": failing.values("row")}), BooleanField())
    offered = rows.exclude(**{f"{key}__in": paused.values("row")}).annotate(failed_before=failed)
    turn.offered = dict(offered.values_list(key, "failed_before")[:at_most])
    return list(turn.offered)


def put_aside(row: int, error: Exception) -> bool:
    """Remember that the row failed, and when to try it again; False where the next look would offer it all the same.

    Only the type of the error is kept: its text may hold anything.
    """
    turn = _turn.get()
    if turn is None:
        return False
    seen = FailingRow.objects.filter(controller=turn.controller, row=row).first()
    attempts = seen.attempts + 1 if seen else 1
    changes = {
        "attempts": attempts,
        "next_try_at": turn.now + growing(FIRST_PAUSE, LONGEST_PAUSE, after=attempts - 1),
        "problem": type(error).__name__[:80],
    }
    FailingRow.objects.update_or_create(
        controller=turn.controller, row=row, defaults=changes, create_defaults=changes | {"since": turn.now}
    )
    return row in turn.offered


def forgive(row: int) -> None:
    """Forget that the row failed, if it did: it no longer does."""
    turn = _turn.get()
    if turn and turn.offered.get(row):
        FailingRow.objects.filter(controller=turn.controller, row=row).delete()


def paused(controllers: Collection[str], now: dt.datetime) -> list[str]:
    """Those of the controllers that have rows in a pause."""
    rows = FailingRow.objects.filter(controller__in=controllers, next_try_at__gt=now)
    return sorted(set(rows.values_list("controller", flat=True)))


def worth_a_look(now: dt.datetime) -> "QuerySet[FailingRow]":
    """Rows of which a person must hear, and those that nobody tries any more."""
    untold = Q(attempts__gte=Greatest(F("told") * 2, PATIENCE))
    return FailingRow.objects.filter(untold | Q(next_try_at__lt=now - FORGOTTEN_AFTER)).order_by("pk")
