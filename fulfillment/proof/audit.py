"""What was shown was written down, and the log was not touched since."""

from collections.abc import Iterator
from typing import Any

from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from fulfillment.delivery.models import Reveal
from fulfillment.proof.violations import Look, Violation, question
from kameng.audit.models import Entry
from kameng.audit.record import GENESIS, digest


def reveals_are_audited(_look: Look) -> Iterator[Violation]:
    """I15: every reveal has the audit entry of its unit and every such entry its reveal; the chain of hashes holds."""
    for pk, unit in _unlogged():
        yield Violation("I15", f"reveal:{pk}", f"its audit entry is not of a reveal of unit {unit}")
    entries, reveals = Entry.objects.filter(act="reveal").count(), Reveal.objects.count()
    if entries != reveals:
        yield Violation("I15", "audit", f"{entries} reveals are in the log, {reveals} took place")
    yield from _chain()


@question
def _unlogged() -> QuerySet[Any, Any]:
    of_unit = Concat(Value("unit:"), Cast("unit_id", CharField()))
    wrong = Reveal.objects.annotate(of_unit=of_unit).filter(~Q(entry__act="reveal") | ~Q(entry__subject=F("of_unit")))
    return wrong.values_list("pk", "unit_id")


def _chain() -> Iterator[Violation]:
    """The first break only: everything behind it is in doubt."""
    previous = GENESIS
    for place, entry in enumerate(Entry.objects.order_by("sequence").iterator(), start=1):
        if entry.sequence != place or entry.previous != previous or entry.digest != digest(entry):
            yield Violation("I15", f"entry:{entry.sequence}", f"the chain of the log breaks at {place}")
            return
        previous = entry.digest
