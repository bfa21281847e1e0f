"""Writing the audit log: a hash chain, one row at a time."""

import datetime as dt
import hashlib
import json
from dataclasses import dataclass

from kameng.audit.models import Entry
from kameng.lib.locks import serialize

GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acted and from where."""

    name: str
    role: str
    address: str = ""
    agent: str = ""


def record(*, act: str, subject: str, actor: Actor, now: dt.datetime, reason: str = "") -> Entry:
    """Append one entry; inside the caller's transaction, so that the act and its record commit together."""
    serialize(["audit"])
    last = Entry.objects.order_by("-sequence").values_list("sequence", "digest").first()
    sequence, previous = (last[0] + 1, last[1]) if last else (1, GENESIS)
    entry = Entry(
        sequence=sequence,
        at=now,
        act=act,
        actor=actor.name,
        role=actor.role,
        subject=subject,
        reason=reason[:200],
        address=actor.address,
        agent=actor.agent[:200],
        previous=previous,
    )
    entry.digest = digest(entry)
    entry.save(force_insert=True)
    return entry


def digest(entry: Entry) -> str:
    """SHA-256 over every column and the previous digest; the chain verifies when each row's digest equals this."""
    content = [
        entry.sequence,
        entry.at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
        entry.act,
        entry.actor,
        entry.role,
        entry.subject,
        entry.reason,
        entry.address,
        entry.agent,
        entry.previous,
    ]
    return hashlib.sha256(json.dumps(content, ensure_ascii=True).encode()).hexdigest()
