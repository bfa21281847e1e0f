"""Sealing everything anew with the current key, while the shop sells.

Any model with a `sealed` column and a `place` takes part, whatever room it lives in.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db.models import QuerySet
from django.db.models.functions import Substr
from django.views.decorators.debug import sensitive_variables

from kameng.lib import crypto, failpoints

CHUNK = 200


@dataclass
class Outcome:
    """How many values of a model were sealed anew, and the rows whose value does not open."""

    resealed: int = 0
    broken: list[int] = field(default_factory=list)


def sealed_models() -> list[type[Any]]:
    """The models whose rows hold a sealed value."""
    return [model for model in apps.get_models() if hasattr(model, "sealed") and hasattr(model, "place")]


def stale(model: type[Any]) -> QuerySet[Any]:
    """Rows sealed with another key than the current one."""
    head = f"{crypto.ring().current}:"
    # A prefix by LIKE would not tell upper from lower case on SQLite.
    rows: QuerySet[Any] = model._default_manager.annotate(_head=Substr("sealed", 1, len(head)))
    return rows.exclude(sealed="").exclude(_head=head).order_by("pk")


def rotate(*, model: type[Any], report: Callable[[int], None] = lambda done: None) -> Outcome:
    """Seal every stale value with the current key, in small transactions; interrupted, the next run goes on.

    A value that changed meanwhile is left to the next pass. `report` hears how many are done.
    """
    outcome = Outcome()
    # A process that was started before the key was changed may still seal with the old one: look until nothing is left.
    while _pass(model, outcome, report):
        pass
    return outcome


def _pass(model: type[Any], outcome: Outcome, report: Callable[[int], None]) -> int:
    done, after = 0, 0
    todo = stale(model).exclude(pk__in=outcome.broken)
    while rows := list(todo.filter(pk__gt=after)[:CHUNK]):
        after = rows[-1].pk
        count = _store(model, _resealed(rows, outcome))
        done += count
        outcome.resealed += count
        report(outcome.resealed)
    return done


@sensitive_variables()
def _resealed(rows: Sequence[Any], outcome: Outcome) -> list[tuple[Any, str]]:
    """Rows with their new values; crypto is slow, so no transaction is open here."""
    ring = crypto.ring()
    drafts = []
    for row in rows:
        try:
            drafts.append((row, ring.seal(ring.open(row.sealed, row.place), row.place)))
        except crypto.CannotOpen:
            outcome.broken.append(row.pk)
    return drafts


def _store(model: type[Any], drafts: Sequence[tuple[Any, str]]) -> int:
    with failpoints.commit("rotate"):
        rows = model._default_manager
        return sum(rows.filter(pk=row.pk, sealed=row.sealed).update(sealed=sealed) for row, sealed in drafts)
