"""Giving secrets back to their merchant, a batch as a file or one unit on a page; each leaves an audit entry."""

import datetime as dt
from dataclasses import dataclass
from enum import Enum

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_variables

from kameng.audit.record import Actor, record
from kameng.lib import crypto, failpoints
from kameng.lib.textbooks import text_book
from kameng.lib.transitions import Refused
from shop.approvals.models import Act
from shop.approvals.two_people import Asked, NeedsSecondPerson, approved, spend
from shop.inventory.models import Batch, StockUnit, UnitStatus

SOLD = (UnitStatus.ALLOCATED, UnitStatus.DELIVERED, UnitStatus.DEFECTIVE)
UNSOLD = (UnitStatus.AVAILABLE, UnitStatus.RESERVED)


class NothingToExport(Refused):
    """The batch has no such units."""


class Part(Enum):
    """Which units of a batch a file holds."""

    UNSOLD = "unsold"
    SOLD = "sold"
    WITHDRAWN = "withdrawn"
    ALL = "all"

    @property
    def statuses(self) -> tuple[UnitStatus, ...]:
        gone = tuple(status for status in UnitStatus if status not in (*SOLD, *UNSOLD))
        return {Part.UNSOLD: UNSOLD, Part.SOLD: SOLD, Part.WITHDRAWN: gone, Part.ALL: tuple(UnitStatus)}[self]


PARTS = {
    Part.UNSOLD: gettext_lazy("not sold"),
    Part.SOLD: gettext_lazy("sold"),
    Part.WITHDRAWN: gettext_lazy("withdrawn or held back"),
    Part.ALL: gettext_lazy("all of them"),
}


@dataclass(frozen=True, slots=True, repr=False)
class Given:
    """A unit with its secret in plain text; never logged, stored or mailed."""

    unit: StockUnit
    secret: str


@sensitive_variables()
def export_batch(*, batch: Batch, part: Part, actor: Actor, reason: str, now: dt.datetime) -> list[Given]:
    """Open the batch's units of this part, in the order of sale; leaves an audit entry with the second person's name.

    Raises NothingToExport, NeedsSecondPerson where nobody approved it, and CannotOpen where a secret was sealed with a key
    that is gone. The caller has asked for a role, and read the batch with its SKU and listing.
    """
    units = StockUnit.objects.filter(batch=batch, status__in=part.statuses)
    chosen = list(units.select_related("secret").order_by("position", "pk"))
    if not chosen:
        raise NothingToExport(_("The batch has no such units."))
    what = export_of(batch, part)
    if not approved(what, actor, now).exists():
        raise NeedsSecondPerson(_("A second person has to approve this first."))
    given = [Given(unit, _open(unit)) for unit in chosen]
    with failpoints.commit("export"):
        second = spend(what=what, actor=actor, now=now).decided_by
        said = f"{part.value} {len(given)}, approved by {second}: {reason}"
        record(act="export", subject=what.subject, actor=actor, now=now, reason=said)
    return given


def export_of(batch: Batch, part: Part) -> Asked:
    """What two people are needed for."""
    return Asked(Act.EXPORT, f"batch:{batch.pk}", part.value, batch.sku.listing.merchant_id)


@sensitive_variables()
def show_unit(*, unit: StockUnit, actor: Actor, reason: str, now: dt.datetime) -> Given:
    """Open one unit for somebody of its merchant; leaves an audit entry. Raises CannotOpen."""
    given = Given(unit, _open(unit))
    with failpoints.commit("show_unit"):
        record(act="shown to staff", subject=f"unit:{unit.pk}", actor=actor, now=now, reason=reason)
    return given


@sensitive_variables()
def as_text(given: list[Given]) -> bytes:
    """One secret a line, each once and to the byte; led by its public description and a tab where it has one."""
    said = {each.secret: f"{each.unit.description}\t" if each.unit.description else "" for each in reversed(given)}
    return "".join(f"{said[secret]}{secret}\n" for secret in dict.fromkeys(each.secret for each in given)).encode()


@sensitive_variables()
def as_workbook(given: list[Given]) -> bytes:
    """Each unit with its state; secrets to the byte, in cells typed as text."""
    heading = [_("unit"), _("secret"), _("status"), _("public description")]
    rows = [[f"#{each.unit.pk}", each.secret, each.unit.get_status_display(), each.unit.description] for each in given]
    return text_book([heading, *rows], exact={1})


@sensitive_variables()
def _open(unit: StockUnit) -> str:
    return crypto.ring().open(unit.secret.sealed, unit.secret.place).decode()
