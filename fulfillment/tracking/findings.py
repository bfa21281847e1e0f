"""What is known about a wait for a person: the merchant who delivers by hand, or packs and hands over."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fulfillment.delivery.models import Fulfillment, FulfillmentStatus
from fulfillment.tracking.words import when
from shop.catalog.models import Mode
from shop.merchants.hours import next_opening
from shop.orders.models import OrderLine

#: Still somebody's to do.
QUEUED = (FulfillmentStatus.WAITING, FulfillmentStatus.RETRY, FulfillmentStatus.NEEDS_ATTENTION, FulfillmentStatus.RUNNING)


@dataclass(frozen=True, slots=True)
class Finding:
    """What is known about the wait: one sentence, who answers for it, and what happens next."""

    title: str
    who: str
    then: str


def by_hand(line: OrderLine, fulfillment: Fulfillment | None, now: dt.datetime) -> Finding:
    """A line that a person of the merchant delivers, or hands to a courier."""
    late = line.promised_by is not None and line.promised_by <= now
    return Finding(_title(line, fulfillment, now, late=late), _who(line, late=late), _then(line, fulfillment, now))


def _title(line: OrderLine, fulfillment: Fulfillment | None, now: dt.datetime, *, late: bool) -> str:
    facts = {"merchant": line.merchant.name, "some": line.delivered, "all": line.quantity}
    if line.delivered:
        return _("%(some)d of %(all)d are here. %(merchant)s is at the rest.") % facts
    if _taken(fulfillment, now):
        packs = _("%(merchant)s took your order up and is packing it.")
        return (packs if _parcel(line) else _("%(merchant)s took your order up and is at it.")) % facts
    opening = next_opening(now, line.merchant.opens, line.merchant.closes)
    if opening > now:
        return _("%(merchant)s is closed now and opens at %(time)s.") % {**facts, "time": when(opening, now)}
    if late:
        return _("Later than promised: %(merchant)s has not sent it yet.") % facts
    return _ahead(line, fulfillment)


def _ahead(line: OrderLine, fulfillment: Fulfillment | None) -> str:
    """How many this merchant serves first: whoever paid earlier."""
    if fulfillment is None:
        return _("Paid. %(merchant)s is told now.") % {"merchant": line.merchant.name}
    queue = Fulfillment.objects.filter(line__merchant=line.merchant_id, status__in=QUEUED).exclude(line__mode=Mode.AUTO)
    n = queue.filter(paid_seq__lt=fulfillment.paid_seq).count()
    if not n:
        return _("You are next at %(merchant)s.") % {"merchant": line.merchant.name}
    said = ngettext("%(n)d order is before yours at %(merchant)s.", "%(n)d orders are before yours at %(merchant)s.", n)
    return said % {"n": n, "merchant": line.merchant.name}


def _who(line: OrderLine, *, late: bool) -> str:
    facts = {"merchant": line.merchant.name}
    if late:
        return _("%(merchant)s, by hand. You did nothing wrong.") % facts
    return _("%(merchant)s, by hand.") % facts


def _then(line: OrderLine, fulfillment: Fulfillment | None, now: dt.datetime) -> str:
    if _parcel(line):
        return _("It is handed to a courier; the tracking number appears on this page. You need not reload.")
    if _taken(fulfillment, now):
        return _("It appears on this page as soon as it is handed in. You need not reload.")
    return _("Orders are taken up in the order of payment. It appears on this page; you need not reload.")


def _taken(fulfillment: Fulfillment | None, now: dt.datetime) -> bool:
    until = fulfillment.taken_until if fulfillment else None
    return until is not None and until > now


def _parcel(line: OrderLine) -> bool:
    return line.mode == Mode.SHIPMENT
