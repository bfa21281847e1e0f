"""经过: what happened to an order, from its event rows, in plain words."""

import datetime as dt
from dataclasses import dataclass
from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fulfillment.delivery.manual import PART
from fulfillment.delivery.models import FulfillmentStatus, Reveal
from fulfillment.delivery.reveal import TAKEN
from fulfillment.tracking.ended import DEADLINE, ended
from fulfillment.tracking.log_by_hand import of_people
from fulfillment.tracking.queries import Rows, Step
from fulfillment.tracking.words import amount, same_day, way, what, when
from kameng.audit.record import Actor
from kameng.lib import times
from shop.orders.models import LineStatus, OrderLine, OrderStatus
from shop.payments.models import Destination, PaymentStatus, RefundStatus

BUYER = "buyer"


@dataclass(frozen=True, slots=True)
class Event:
    """One entry; `style` is "day" where the time alone would not say which day."""

    at: dt.datetime
    title: str
    detail: str = ""
    tone: str = "jade"
    style: str = ""


Said = tuple[str, str, str]


def log(rows: Rows, now: dt.datetime) -> list[Event]:
    """All that happened, newest first."""
    events = [Event(step.at, *said) for step in rows.steps if (said := _said(step, rows, now))]
    events += _opened(rows) + _late(rows, now)
    # Sorting keeps the order of one moment's events, so the list is turned afterwards.
    events = sorted(events, key=lambda event: event.at)[::-1]
    return [
        event if same_day(event.at, now) else Event(event.at, event.title, event.detail, event.tone, "day")
        for event in events
    ]


def _said(step: Step, rows: Rows, now: dt.datetime) -> Said | None:
    match step.kind:
        case "order":
            return _of_order(step, rows, now)
        case "payment":
            return _of_payment(step, rows)
        case "line":
            return _of_line(step, rows)
        case "delivery":
            return _of_delivery(step, rows)
        case _:
            return _of_refund(step, rows)


def _of_order(step: Step, rows: Rows, now: dt.datetime) -> Said | None:
    order = rows.order
    match step.target:
        case OrderStatus.PENDING:
            until = when(order.reserved_until, now)
            return _("Order placed"), _("The goods are set aside until %(time)s") % {"time": until}, "plain"
        case OrderStatus.PAID:
            late = step.source == OrderStatus.EXPIRED
            detail = (
                _("Late, but everything was still there, at the old price")
                if late
                else _("The merchant gets it only after the complaint window")
            )
            return _("%(amount)s in escrow") % {"amount": amount(order.total, order)}, detail, "jade"
        case OrderStatus.EXPIRED:
            return _("Closed: not paid in time"), _("The goods went back on the shelf"), "plain"
        case OrderStatus.COMPLETED:
            return _("Order completed"), "", "jade"
        case OrderStatus.CANCELED:
            return _("Order closed"), _("The merchant can no longer send anything"), "info"
    return None


def _of_payment(step: Step, rows: Rows) -> Said | None:
    payment = next(payment for payment in rows.payments if payment.pk == step.subject)
    name = way(payment.account)
    match step.target:
        case PaymentStatus.CONFIRMED:
            came = amount(payment.received or 0, rows.order)
            detail = name
            if payment.received != payment.amount:
                detail = _("%(way)s; %(due)s were due") % {"way": name, "due": amount(payment.amount, rows.order)}
            return _("Received %(amount)s") % {"amount": came}, detail, "jade"
        case PaymentStatus.FAILED:
            return _("Payment failed"), _("%(way)s; nothing was charged") % {"way": name}, "seal"
        case PaymentStatus.UNKNOWN:
            return _("The payment service did not answer"), _("%(way)s; we keep asking") % {"way": name}, "amber"
    return None


def _of_line(step: Step, rows: Rows) -> Said | None:
    line = _line(rows, step.subject)
    if line.counted and (said := of_people(step, line)):
        title, detail, tone = said
        return title, _about(detail, line, rows), tone
    match step.target:
        case LineStatus.VERIFIED:
            keys = ngettext("%(n)d key is yours", "%(n)d keys are yours", line.quantity) % {"n": line.quantity}
            return _("Goods checked"), _about(keys, line, rows), "jade"
        case LineStatus.ON_HOLD:
            return _("On hold"), _about(_("The shelf is short of what you bought"), line, rows), "amber"
        case LineStatus.DELIVERED if line.refunded_amount:
            return _paid_back(step, line, rows)
        case LineStatus.DELIVERED:
            return _delivered(line), _about(_taken(line), line, rows), "jade"
        case LineStatus.COMPLETED:
            gone = _("%(merchant)s is paid") % {"merchant": line.merchant.name}
            return _("Confirmed by itself"), _about(gone, line, rows), "jade"
        case LineStatus.REFUNDED:
            return _paid_back(step, line, rows)
    return None


def _paid_back(step: Step, line: OrderLine, rows: Rows) -> Said:
    back = {"amount": amount(line.refunded_amount, rows.order)}
    if step.reason == DEADLINE:
        return _("Automatic refund of %(amount)s") % back, _about(_("Time was up"), line, rows), "info"
    return _("Refund of %(amount)s") % back, _about(ended(line, rows).began, line, rows), "info"


def _delivered(line: OrderLine) -> str:
    return ngettext("%(n)d key delivered", "%(n)d keys delivered", line.delivered) % {"n": line.delivered}


def _taken(line: OrderLine) -> str:
    if line.delivered_at is None or line.paid_at is None:
        return ""
    taken = times.duration(line.delivered_at - line.paid_at)
    return _("From stock, by itself, %(time)s after payment") % {"time": taken}


def _about(text: str, line: OrderLine, rows: Rows) -> str:
    """The detail, led by the goods' name where there are several."""
    if len(rows.lines) < 2:
        return text
    return _("%(what)s: %(text)s") % {"what": what(line), "text": text} if text else what(line)


def _of_delivery(step: Step, rows: Rows) -> Said | None:
    if step.reason == PART and step.target == FulfillmentStatus.RUNNING:
        line = _line(rows, step.subject)
        goes_on = _("%(merchant)s goes on") % {"merchant": line.merchant.name}
        return _("A part is here"), _about(goes_on, line, rows), "jade"
    if step.target != FulfillmentStatus.RETRY:
        return None
    line = _line(rows, step.subject)
    failures = [s for s in rows.steps_of("delivery", line.pk) if s.target == FulfillmentStatus.RETRY]
    title = _("Delivery attempt %(n)d failed") % {"n": failures.index(step) + 1}
    return title, _about(_("It is tried again by itself"), line, rows), "amber"


def _of_refund(step: Step, rows: Rows) -> Said | None:
    refund = next(refund for refund in rows.refunds if refund.pk == step.subject)
    money, name = amount(refund.amount, rows.order), way(refund.payment.account)
    match step.target:
        case RefundStatus.SUBMITTED:
            return _("Refund of %(amount)s on its way") % {"amount": money}, _("handed to %(way)s") % {"way": name}, "info"
        case RefundStatus.DONE:
            where = _("to your wallet") if refund.destination == Destination.WALLET else _("to %(way)s") % {"way": name}
            return _("%(amount)s went back") % {"amount": money}, where, "info"
        case RefundStatus.UNKNOWN:
            return (
                _("No clear answer to the refund"),
                _("%(way)s; we keep asking, it is not sent twice") % {"way": name},
                "amber",
            )
        case RefundStatus.FAILED:
            wallet = _("%(amount)s went to your wallet instead") % {"amount": money} if rows.order.user_id else ""
            return _("%(way)s did not take the refund") % {"way": name}, wallet, "amber"
        case RefundStatus.MANUAL:
            return _("A person pays the refund by hand"), _("The money waits on this order"), "amber"
    return None


def _line(rows: Rows, pk: int) -> OrderLine:
    return next(line for line in rows.lines if line.pk == pk)


def _late(rows: Rows, now: dt.datetime) -> list[Event]:
    """The promise passed: no row's event, but as certain as one."""
    found = []
    for line in rows.lines:
        end = line.delivered_at or line.refunded_at or now
        if line.promised_by and line.promised_by < end:
            said = _about(_("The promise was %(time)s") % {"time": times.duration(line.promise_seconds)}, line, rows)
            found.append(Event(line.promised_by, _("Later than promised"), said, "amber"))
    return found


def _opened(rows: Rows) -> list[Event]:
    """Keys that were shown, those opened together as one entry."""
    places = {unit.pk: n for units in rows.units.values() for n, unit in enumerate(units, start=1)}
    together = groupby(rows.reveals, key=lambda one: (one.line_id, one.at, one.entry.actor, one.entry.reason))
    return [_one_opening(list(group), places, rows) for _key, group in together]


def _one_opening(reveals: list[Reveal], places: dict[int, int], rows: Rows) -> Event:
    line, entry = _line(rows, reveals[0].line_id), reveals[0].entry
    numbers = sorted(places.get(reveal.unit_id, 0) for reveal in reveals)
    taken = entry.reason.endswith(TAKEN)
    if len(numbers) > 1:
        title = (_("%(n)d keys were downloaded") if taken else _("%(n)d keys were opened")) % {"n": len(numbers)}
    else:
        title = (_("Key %(n)d was downloaded") if taken else _("Key %(n)d was opened")) % {"n": numbers[0]}
    actor = Actor(entry.actor, entry.role, entry.address, entry.agent)
    return Event(reveals[0].at, title, _about(_by(actor), line, rows), "plain")


#: Browsers name their device somewhere in a long line; the first word found here is it.
DEVICES = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Macintosh": "Mac",
    "Linux": "Linux",
}


def _by(actor: Actor) -> str:
    if actor.role != BUYER:
        return _("by the staff of the shop")
    device = next((name for mark, name in DEVICES.items() if mark in actor.agent), "")
    return " · ".join(filter(None, [_("by you"), device, actor.address]))
