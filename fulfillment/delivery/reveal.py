"""Showing a delivered secret to its buyer: the only place where it is opened for the shop's pages."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from fulfillment.delivery.models import Reveal
from kameng.audit.record import Actor, record
from kameng.lib import crypto, failpoints
from kameng.lib.transitions import Refused
from kameng.notices.watch import opened_secrets
from shop.inventory.models import StockUnit, UnitStatus
from shop.orders.models import OrderLine

#: On the page, or as a file: how an entry's reason ends.
SHOWN, TAKEN = "", " taken as a file"


class NotDelivered(Refused):
    """The line has no such delivered unit."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One secret in plain text; never logged, stored or mailed."""

    unit_id: int
    secret: str

    def __repr__(self) -> str:
        return f"Shown({self.unit_id})"


@sensitive_variables()
def reveal(*, line: OrderLine, unit_ids: list[int], actor: Actor, now: dt.datetime, how: str = SHOWN) -> list[Shown]:
    """Open delivered units of the line, leaving one audit entry and one Reveal each; raises NotDelivered.

    `how` is SHOWN or TAKEN; the entry's reason ends with it.
    The caller has passed the gate of the order. Very many acts of one person within an hour raise an alarm.
    """
    units = delivered_units(line)
    chosen = [unit for unit in units if unit.pk in set(unit_ids)]
    if not chosen or len(chosen) != len(set(unit_ids)):
        raise NotDelivered(_("There is no such card in this order."))
    with failpoints.commit("reveal"):
        for unit in chosen:
            entry = record(act="reveal", subject=f"unit:{unit.pk}", actor=actor, now=now, reason=f"line:{line.pk}{how}")
            Reveal.objects.create(line=line, unit=unit, at=now, entry=entry)
    opened_secrets(who=actor.name, now=now)
    return [Shown(unit.pk, open_secret(unit)) for unit in chosen]


@sensitive_variables()
def open_secret(unit: StockUnit) -> str:
    """The plain text of a unit's secret; raises CannotOpen."""
    return crypto.ring().open(unit.secret.sealed, unit.secret.place).decode()


def delivered_units(line: OrderLine) -> list[StockUnit]:
    """The units this line delivered, in the order of sale, with their sealed secrets."""
    if line.reservation_id is None:
        return []
    units = StockUnit.objects.filter(reservation=line.reservation_id, status=UnitStatus.DELIVERED)
    return list(units.select_related("secret").order_by("position"))
