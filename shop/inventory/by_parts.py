"""Taking many secrets in, a part at a time: kept sealed until their turn, stored exactly once however often it is tried.

`begin` seals what was confirmed; `take_next` stores one part in one transaction, called by whoever confirmed or by the
controller. A process that dies leaves whole parts stored and whole parts to do.
"""

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import F
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from kameng.accounts.models import User
from kameng.audit.record import Actor, record
from kameng.lib import crypto, failpoints, ids
from kameng.lib.transitions import Refused
from kameng.tasks.failing import first
from kameng.tasks.wake import wake
from shop.catalog.models import Sku
from shop.inventory import described, parse
from shop.inventory.intake import MOST_UNITS, Busy, Share, TooMuch, allow_time, alone, chunks, holders_of, sealed, store
from shop.inventory.models import Batch, Intake, IntakePart

#: Lines of a part: stored in about a second.
PART = 2_000
#: What was left out can be downloaded for so long after the import has ended.
KEPT = dt.timedelta(hours=1)


class Forgotten(Refused):
    """What was left out of the import is not kept any more."""


@dataclass(frozen=True, slots=True, repr=False)
class Line:
    """A line of an import (see `described.joined`) with its number; `bad` says why it was left out, unless it is to come."""

    number: int
    text: str
    bad: parse.Bad | None = None


@sensitive_variables()
def begin(*, sku: Sku, candidates: Sequence[str], source: str, user: User | None, now: dt.datetime) -> Intake:
    """Keep the lines sealed as an Intake with a Batch of nothing yet, and wake who takes them in; raises TooMuch.

    Repeated and malformed lines are counted at once.
    """
    found = described.sort(sku, candidates)
    if len(found.secrets) * sku.uses > MOST_UNITS:
        raise TooMuch(_("This would make more than 100,000 units at once. Please divide it."))
    left_out = sorted((*found.bad, *found.again), key=lambda bad: bad.line)
    taken = [Line(number, described.joined(found.said.get(secret, ""), secret)) for secret, number in found.secrets.items()]
    rejected = [Line(bad.line, candidates[bad.line - 1], bad) for bad in left_out]
    parts = [_part(sku, lines) for lines in chunks(taken, PART)]
    parts += [_part(sku, lines, rejected=True) for lines in chunks(rejected, PART)]
    counts = {"repeated": len(found.again), "malformed": len(found.bad)}
    batch = Batch(sku=sku, created_at=now, created_by=user, source=source[:120], **counts)
    with failpoints.commit("intake_begin"):
        batch.save(force_insert=True)
        intake = Intake.objects.create(batch=batch, lines=len(taken), worked_at=now)
        for part in parts:
            part.intake = intake
        IntakePart.objects.bulk_create(parts, batch_size=100)
        wake("intake")
    return intake


@sensitive_variables()
def take_next(*, intake_id: int, now: dt.datetime) -> bool:
    """Store the next part of a running Intake, or end it after the last one; False when there is nothing to do.

    Raises Busy while somebody else stores secrets of this shop.
    """
    part = _next(intake_id)
    if part is None:
        return _end(intake_id, now)
    lines = list(opened(part))
    drafts = [sealed(secret, part.merchant, said) for said, secret in (described.divided(line.text) for line in lines)]
    with failpoints.commit("intake_part"):
        allow_time()
        alone(f"intake:{part.merchant_id}", _("Another import of this shop is being stored."))
        intake = (
            Intake.objects.select_for_update(of=("self",)).select_related("batch__sku__listing__merchant").get(pk=intake_id)
        )
        if intake.ended_at or not IntakePart.objects.filter(pk=part.pk, rejected=False).exists():
            return False
        holders = holders_of(draft.fingerprint for draft in drafts)
        known = [part.merchant_id in holders.get(draft.fingerprint, {}) for draft in drafts]
        fresh = [draft for draft, is_known in zip(drafts, known, strict=True) if not is_known]
        batch = intake.batch
        store(fresh, batch=batch, holders=holders, now=now, share=Share(batch.new, intake.lines))
        Batch.objects.filter(pk=batch.pk).update(new=F("new") + len(fresh), known=F("known") + len(drafts) - len(fresh))
        Intake.objects.filter(pk=intake.pk).update(done=F("done") + len(lines), worked_at=now)
        _keep(part, [_known(line) for line, is_known in zip(lines, known, strict=True) if is_known])
    return True


def stop(*, batch_id: int, now: dt.datetime) -> bool:
    """End the batch's intake where it is, if it runs; what is not stored yet is forgotten."""
    with failpoints.commit("intake_stop"):
        stopped = Intake.objects.filter(batch=batch_id, ended_at=None).update(ended_at=now, rejects_until=now + KEPT)
        if stopped:
            IntakePart.objects.filter(intake__batch=batch_id, rejected=False).delete()
    return bool(stopped)


def forget(*, intake_id: int, now: dt.datetime) -> bool:
    """Drop what was left out of an intake once its time is over."""
    with failpoints.commit("intake_forget"):
        due = Intake.objects.filter(pk=intake_id, rejects_until__lte=now)
        IntakePart.objects.filter(intake__in=due, rejected=True).delete()
        return bool(due.update(rejects_until=None))


def running() -> list[int]:
    """Intakes with something left to do, oldest first."""
    return first(Intake.objects.filter(ended_at=None).order_by("pk"))


def forgettable(now: dt.datetime) -> list[int]:
    """Intakes whose rejects have been kept long enough."""
    return first(Intake.objects.filter(rejects_until__lte=now).order_by("pk"))


@sensitive_variables()
def rejects(*, intake: Intake, actor: Actor, now: dt.datetime) -> list[Line]:
    """What was left out of the intake and is still kept, by line; leaves an audit entry. Raises Forgotten, CannotOpen."""
    if not intake.rejects_until or intake.rejects_until <= now:
        raise Forgotten(_("These lines are no longer kept. Preview the file again to see them."))
    with failpoints.commit("intake_rejects"):
        record(act="rejects taken", subject=f"batch:{intake.batch_id}", actor=actor, now=now)
    parts = intake.parts.filter(rejected=True).order_by("pk")
    return sorted((line for part in parts for line in opened(part)), key=lambda line: line.number)


@sensitive_variables()
def opened(part: IntakePart) -> Iterator[Line]:
    """The lines of a part in plain text; raises CannotOpen."""
    for number, text, problem, character in json.loads(crypto.ring().open(part.sealed, part.place)):
        yield Line(number, text, parse.Bad(number, parse.Problem[problem], character) if problem else None)


@sensitive_variables()
def _part(sku: Sku, lines: Sequence[Line], *, rejected: bool = False) -> IntakePart:
    part = IntakePart(merchant=sku.listing.merchant, ref=ids.reference(), rejected=rejected)
    _seal(part, lines)
    return part


@sensitive_variables()
def _seal(part: IntakePart, lines: Sequence[Line]) -> None:
    rows = [
        (line.number, line.text, *((line.bad.problem.name, line.bad.character) if line.bad else ("", ""))) for line in lines
    ]
    part.sealed = crypto.ring().seal(json.dumps(rows).encode(), part.place)


@sensitive_variables()
def _keep(part: IntakePart, lines: Sequence[Line]) -> None:
    """Of a part that was taken in, keep what was left out."""
    if not lines:
        part.delete()
        return
    part.rejected = True
    _seal(part, lines)
    part.save(update_fields=["rejected", "sealed"])


def _known(line: Line) -> Line:
    return Line(line.number, line.text, parse.Bad(line.number, parse.Problem.KNOWN))


def _next(intake_id: int) -> IntakePart | None:
    todo = IntakePart.objects.filter(intake=intake_id, rejected=False, intake__ended_at=None)
    return todo.select_related("merchant").order_by("pk").first()


def _end(intake_id: int, now: dt.datetime) -> bool:
    """Nothing is left to do; what was left out is kept for a while."""
    kept = IntakePart.objects.filter(intake=intake_id, rejected=True).exists()
    until = now + KEPT if kept else None
    with failpoints.commit("intake_end"):
        return bool(Intake.objects.filter(pk=intake_id, ended_at=None).update(ended_at=now, rejects_until=until))


def take_in(*, intake_id: int, now: dt.datetime) -> bool:
    """Like `take_next`, for a controller: waits for its next look where the shop's stock is being changed."""
    try:
        return take_next(intake_id=intake_id, now=now)
    except Busy:
        return False
