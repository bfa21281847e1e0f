"""State changes as guarded updates: the row moves only from the status its reader saw, and leaves exactly one event a step.

Statuses are `TextChoices`; each model names its legal edges in `EDGES` and its event table in `Events`.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kameng.lib.steps import Log, update_and_write, write

Edges = Mapping[str, frozenset[str]]


class Refused(Exception):
    """A domain verb said no; the message is fit to show."""

    @property
    def message(self) -> str:
        return str(self)


class IllegalTransition(Refused):
    """No such edge."""


class Overtaken(Refused):
    """Somebody else moved the row first; nothing was changed."""


class StateEvent(models.Model):
    """One step of one row: append-only, legal and gap-free (each step begins where the last one ended)."""

    from_status = models.CharField(gettext_lazy("from"), max_length=20, blank=True)
    to_status = models.CharField(gettext_lazy("to"), max_length=20)
    at = models.DateTimeField(gettext_lazy("at"))
    actor = models.CharField(gettext_lazy("by"), max_length=64)
    reason = models.CharField(gettext_lazy("reason"), max_length=200, blank=True)

    class Meta:
        abstract = True


class Stateful(models.Model):
    """A row with a status; `EDGES` lists the legal steps, `EVENTS` is the accessor of its event rows."""

    EDGES: ClassVar[Edges]
    EVENTS: ClassVar[str] = "events"
    status: Any

    class Meta:
        abstract = True

    @classmethod
    def event_model(cls) -> type[models.Model]:
        related = cls._meta.get_field(cls.EVENTS).related_model
        assert isinstance(related, type)
        return related

    @classmethod
    def event_subject(cls) -> str:
        """The name of the event's foreign key to this model."""
        return str(cls._meta.get_field(cls.EVENTS).field.name)  # type: ignore[union-attr]


def edges(**table: str) -> Edges:
    """`edges(PENDING="PAID EXPIRED", PAID="")` as a table of sets."""
    return {source: frozenset(targets.split()) for source, targets in table.items()}


def begin(rows: Sequence[Stateful], *, now: dt.datetime, actor: str, reason: str = "") -> None:
    """Write the first event of rows just created."""
    if rows:
        write(_log(type(rows[0]), now, actor, reason), [(row.pk, "", row.status) for row in rows])


def move(
    row: Stateful, *path: str, now: dt.datetime, actor: str, reason: str = "", changes: Mapping[str, Any] | None = None
) -> list[int]:
    """Move one row along `path` in one guarded update, writing one event a step; `changes` go into the same update.

    Returns the events' keys. Raises IllegalTransition for a step that is not listed, Overtaken when the row is no longer where
    the caller saw it. Refuses to run outside a transaction.
    """
    return move_all([row], *path, now=now, actor=actor, reason=reason, changes=changes)


def move_all(
    rows: Sequence[Stateful],
    *path: str,
    now: dt.datetime,
    actor: str,
    reason: str = "",
    changes: Mapping[str, Any] | None = None,
) -> list[int]:
    """Like `move` for rows of one model that share a status; all of them move, or Overtaken is raised."""
    if not rows:
        return []
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("a transition needs a transaction")
    model, source = type(rows[0]), rows[0].status
    _check(model, source, path)
    values = {**(changes or {}), "status": path[-1]}
    hops = list(zip((source, *path), path, strict=False))
    guard = {"id": [row.pk for row in rows], "status": source}
    moved, events = update_and_write(model, guard, values, hops, _log(model, now, actor, reason))
    if moved != len(rows):
        raise Overtaken(_("This was already changed by somebody else; please look again."))
    for row in rows:
        for name, value in values.items():
            setattr(row, name, value)
    return events


def move_where(
    model: type[Stateful], where: Mapping[str, Any], step: tuple[str, str], *, now: dt.datetime, actor: str
) -> int:
    """Like `move_all` for the rows with these values that are at the step's begin, unread; returns how many moved."""
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("a transition needs a transaction")
    source, target = step
    _check(model, source, [target])
    guard = {**where, "status": source}
    return update_and_write(model, guard, {"status": target}, [step], _log(model, now, actor, ""))[0]


def _check(model: type[Stateful], source: str, path: Sequence[str]) -> None:
    for step in path:
        if step not in model.EDGES.get(source, frozenset()):
            raise IllegalTransition(f"{model.__name__}: {source} → {step}")
        source = step


def _log(model: type[Stateful], now: dt.datetime, actor: str, reason: str) -> Log:
    return Log(model.event_model(), model.event_subject(), now, actor, reason)
