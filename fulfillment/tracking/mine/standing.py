"""Where an order stands, in one sentence, and by when that changes."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fulfillment.delivery.models import READ
from fulfillment.tracking.mine.briefs import Brief
from fulfillment.tracking.pipeline import ARRIVED, under_way
from fulfillment.tracking.purse import purse_cards
from fulfillment.tracking.waiting import finding
from fulfillment.tracking.words import amount, way, when
from kameng.lib import times
from shop.orders.models import WAITING_LINES, LineStatus, OrderLine, OrderStatus
from shop.payments.models import Destination, Refund

#: Further away than this, a date says more than a clock.
CLOCK_FROM = dt.timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Standing:
    """One sentence, and when it changes: a clock down to `deadline` with the words `after` it, or a `note`."""

    title: str
    note: str = ""
    deadline: dt.datetime | None = None
    after: str = ""


def standing(rows: Brief, now: dt.datetime) -> Standing:
    """What a member must know of this order before opening it."""
    if rows.order.status in (OrderStatus.PENDING, OrderStatus.EXPIRED):
        card = purse_cards(rows, now)[0]
        return Standing(card.title, card.lead if card.deadline is None else "", card.deadline, card.after)
    waiting = [line for line in rows.lines if line.status in WAITING_LINES]
    if waiting:
        return _waiting(min(waiting, key=lambda line: (line.refund_by or now, line.pk)), rows, now)
    shipped = [line for line in rows.lines if line.status == LineStatus.SHIPPED]
    if shipped:
        return _shipped(shipped[0], now)
    came = [line for line in rows.lines if line.status in ARRIVED]
    return _came(came, rows, now) if came else _back(rows, now)


def _waiting(line: OrderLine, rows: Brief, now: dt.datetime) -> Standing:
    title = finding(line, rows, now).title
    if line.delivered:
        title = _("%(some)d of %(all)d are here.") % {"some": line.delivered, "all": line.quantity}
    if line.refund_by is None or line.refund_by <= now:
        return Standing(title)
    if line.refund_by - now < CLOCK_FROM:
        return Standing(title, deadline=line.refund_by, after=_("left, then the money goes back by itself"))
    said = _("By %(time)s it is here, or the money goes back by itself") % {"time": when(line.refund_by, now)}
    return Standing(title, said)


def _shipped(line: OrderLine, now: dt.datetime) -> Standing:
    parcel = getattr(line, "shipment", None)
    if parcel is None:
        return Standing(_("With the courier"))
    due = _("Expected by %(time)s") % {"time": when(parcel.arrives_by, now)} if parcel.arrives_by else ""
    return Standing(_("With %(courier)s, %(number)s") % {"courier": parcel.courier, "number": parcel.number}, due)


def _came(came: Sequence[OrderLine], rows: Brief, now: dt.datetime) -> Standing:
    title = _keys(came) or _time_taken(came)
    if rows.order.status == OrderStatus.COMPLETED:
        return Standing(
            title, _("Completed %(time)s") % {"time": when(rows.order.closed_at, now)} if rows.order.closed_at else ""
        )
    windows = [line.complaint_by for line in came if line.status == LineStatus.DELIVERED and line.complaint_by]
    end = max(windows, default=None)
    if end is None or end <= now:
        return Standing(title)
    if end - now < CLOCK_FROM:
        return Standing(title, deadline=end, after=_("left, then it confirms itself"))
    return Standing(title, _("Confirms itself %(time)s") % {"time": when(end, now)})


def _keys(came: Sequence[OrderLine]) -> str:
    """How many keys there are, and how many of them were opened."""
    read = [line for line in came if line.kind in READ]
    keys = sum(line.delivered for line in read)
    if not keys:
        return ""
    told = {"n": keys, "opened": sum(line.opened for line in read)}  # type: ignore[attr-defined]
    if not told["opened"]:
        return ngettext("%(n)d key, not opened yet", "%(n)d keys, none opened yet", keys) % told
    return ngettext("%(n)d key, opened", "%(n)d keys, %(opened)d opened", keys) % told


def _time_taken(came: Sequence[OrderLine]) -> str:
    last = max(came, key=lambda line: (line.delivered_at is not None, line.delivered_at, line.pk))
    if last.paid_at is None or last.delivered_at is None:
        return _("It is here")
    return _("Delivered in %(time)s") % {"time": times.duration(last.delivered_at - last.paid_at)}


def _back(rows: Brief, now: dt.datetime) -> Standing:
    """Everything was paid back, or is on its way."""
    minor = sum(line.refunded_amount for line in rows.lines)
    told = {"amount": amount(minor, rows.order), "where": _target(rows.refunds)}
    if under_way(rows):
        return Standing(_("%(amount)s is going back to %(where)s") % told, _("You need not do anything."))
    done = max((refund.done_at for refund in rows.refunds if refund.done_at), default=None)
    said = _("Arrived %(time)s") % {"time": when(done, now)} if done else ""
    return Standing(_("%(amount)s went back to %(where)s") % told, said)


def _target(refunds: Sequence[Refund]) -> str:
    names = dict.fromkeys(
        _("your wallet") if refund.destination == Destination.WALLET else way(refund.payment.account) for refund in refunds
    )
    return next(iter(names)) if len(names) == 1 else _("where it came from")
