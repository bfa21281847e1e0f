"""Which of a member's cards were opened, when and from where: what the audit log says of their own orders."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from fulfillment.delivery.models import Reveal
from fulfillment.delivery.reveal import TAKEN
from kameng.accounts.devices import device
from kameng.accounts.models import User
from shop.orders.models import Order


@dataclass(frozen=True, slots=True)
class Opened:
    """One opening of one card."""

    at: dt.datetime
    order: Order
    title: str
    taken: bool
    address: str
    device: str
    mine: bool


def reveals(user: User) -> QuerySet[Reveal]:
    """Openings by buyers of this member's orders, the newest first: their own, and those by a guest's link before."""
    rows = Reveal.objects.filter(line__order__user=user, entry__role="buyer")
    return rows.select_related("line__order", "entry").order_by("-pk")


def opened(rows: Iterable[Reveal], user: User) -> list[Opened]:
    """The rows as the page tells of them."""
    return [
        Opened(
            at=row.at,
            order=row.line.order,
            title=row.line.called,
            taken=row.entry.reason.endswith(TAKEN),
            address=row.entry.address,
            device=device(row.entry.agent),
            mine=row.entry.actor == user.holder,
        )
        for row in rows
    ]
