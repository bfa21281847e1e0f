"""A line on its way by courier: who carries it, since when, and what happens if it does not arrive."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from fulfillment.delivery.models import Shipment, ShipmentStatus
from fulfillment.tracking.queries import Rows
from fulfillment.tracking.words import site, what, when
from kameng.lib import times
from shop.orders.models import OrderLine


@dataclass(frozen=True, slots=True)
class ShippedCard:
    """The parcel as the page shows it."""

    line: OrderLine
    parcel: Shipment
    name: str
    title: str
    then: str
    due: str
    tone: str
    window: str
    template: str = "tracking/cards/shipped.html"


def shipped_card(line: OrderLine, rows: Rows, now: dt.datetime) -> ShippedCard:
    """The card of a line that is on its way."""
    parcel: Shipment = line.shipment
    late = parcel.status == ShipmentStatus.STALLED
    return ShippedCard(
        line=line,
        parcel=parcel,
        name=what(line) if len(rows.lines) > 1 else "",
        title=_title(parcel, now, late=late),
        then=_looked_for() if late else _then(line),
        due=_due(parcel, now),
        tone="amber" if late else "jade",
        window=times.duration(line.complaint_seconds),
    )


def _title(parcel: Shipment, now: dt.datetime, *, late: bool) -> str:
    facts = {"courier": parcel.courier, "time": when(parcel.shipped_at, now) if parcel.shipped_at else ""}
    if late:
        return _("It should have arrived by now. A person is looking for it.")
    return _("With %(courier)s since %(time)s.") % facts


def _then(line: OrderLine) -> str:
    said = _("When it is in your hands, say so here: then you have %(time)s to complain before %(merchant)s is paid.")
    return said % {"time": times.duration(line.complaint_seconds), "merchant": line.merchant.name}


def _looked_for() -> str:
    return _("%(site)s asks the courier and the merchant. If the parcel is lost, all your money goes back.") % {
        "site": site()
    }


def _due(parcel: Shipment, now: dt.datetime) -> str:
    if parcel.arrives_by is None:
        return ""
    return _("If it is not here by %(time)s, %(site)s looks for it by itself.") % {
        "time": when(parcel.arrives_by, now),
        "site": site(),
    }
