"""Acts that take two people: one asks, another approves, the first one does it."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kameng.audit.record import Actor, record
from kameng.lib import failpoints
from kameng.lib.locks import serialize
from kameng.lib.transitions import Overtaken, Refused, begin, move
from shop.approvals.models import Act, Approval, ApprovalStatus

#: From the question on: for the second person to approve, and the first to do it.
VALID = dt.timedelta(hours=24)


class NeedsSecondPerson(Refused):
    """Nobody approved this, or it has lapsed."""


class OwnRequest(Refused):
    """Who asks does not approve."""


class Lapsed(Refused):
    """Nobody may approve it any more."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What shall be done: the act, to what, to which part of it; at a merchant, or on the platform."""

    act: Act
    subject: str
    detail: str = ""
    merchant_id: int | None = None


def ask(*, what: Asked, actor: Actor, reason: str, now: dt.datetime) -> Approval:
    """Ask for a second person; what this person has open for the same already is given back instead. Leaves an audit entry."""
    with failpoints.commit("approval_ask"):
        serialize([f"approval:{what.subject}"])
        found = open_ones(what.act, what.subject, actor.name, now).filter(detail=what.detail).first()
        if found is not None:
            return found
        told = {"act": what.act, "subject": what.subject, "detail": what.detail, "merchant_id": what.merchant_id}
        row = Approval(**told, reason=reason[:150], asked_by=actor.name, asked_at=now, ends_at=now + VALID)
        row.save(force_insert=True)
        begin([row], now=now, actor=actor.name)
        record(
            act="approval asked", subject=what.subject, actor=actor, now=now, reason=f"{what.act} {what.detail}: {reason}"
        )
    return row


def decide(*, approval_id: int, approved: bool, actor: Actor, now: dt.datetime) -> Approval:
    """The second person's word: ASKED → APPROVED or REFUSED; leaves an audit entry with both names.

    Raises OwnRequest, Lapsed, and Overtaken where somebody said so before. The caller has asked for a role.
    """
    with failpoints.commit("approval_decide"):
        row = Approval.objects.select_for_update(of=("self",)).get(pk=approval_id)
        if row.asked_by == actor.name:
            raise OwnRequest(_("You asked for this yourself: somebody else has to approve it."))
        if now >= row.ends_at:
            raise Lapsed(_("This has lapsed: it has to be asked for again."))
        if row.status != ApprovalStatus.ASKED:
            raise Overtaken(_("This was already decided."))
        to = ApprovalStatus.APPROVED if approved else ApprovalStatus.REFUSED
        move(row, to, now=now, actor=actor.name, changes={"decided_by": actor.name})
        said = "approval given" if approved else "approval refused"
        reason = f"{row.act} {row.detail}, asked by {row.asked_by}: {row.reason}"
        record(act=said, subject=row.subject, actor=actor, now=now, reason=reason)
    return row


def spend(*, what: Asked, actor: Actor, now: dt.datetime) -> Approval:
    """The act is done now: APPROVED → USED. Raises NeedsSecondPerson. Inner step of the act's own transaction."""
    row = approved(what, actor, now).select_for_update(of=("self",)).first()
    if row is None:
        raise NeedsSecondPerson(_("A second person has to approve this first."))
    move(row, ApprovalStatus.USED, now=now, actor=actor.name)
    return row


def approved(what: Asked, actor: Actor, now: dt.datetime) -> QuerySet[Approval]:
    """What somebody else approved of this person's, and was not done yet."""
    rows = open_ones(what.act, what.subject, actor.name, now)
    return rows.filter(detail=what.detail, status=ApprovalStatus.APPROVED)


def open_ones(act: Act, subject: str, asked_by: str, now: dt.datetime) -> QuerySet[Approval]:
    """What this person asked for and has neither been done nor refused nor lapsed, oldest first."""
    told = {"act": act, "subject": subject, "asked_by": asked_by, "ends_at__gt": now}
    return Approval.objects.filter(**told, status__in=(ApprovalStatus.ASKED, ApprovalStatus.APPROVED)).order_by("pk")


def waiting(now: dt.datetime, rows: QuerySet[Approval]) -> QuerySet[Approval]:
    """Those of the rows that wait for a second person."""
    return rows.filter(status=ApprovalStatus.ASKED, ends_at__gt=now)
