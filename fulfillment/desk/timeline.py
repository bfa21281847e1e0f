"""What happened to an order, for those who must answer for it: the steps of all its rows in the order of time."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from fulfillment.delivery.models import Fulfillment, FulfillmentEvent, Reveal
from kameng.lib.admin import shown_step
from kameng.lib.admin_names import masked, names_of, reason_of
from kameng.lib.reach import Reach
from kameng.notices.events import EVENTS
from kameng.notices.models import Notification
from shop.orders.models import LineEvent, Order, OrderEvent, OrderLine
from shop.payments.models import Payment, PaymentEvent, Refund, RefundEvent

#: So many steps of each kind are shown, the newest ones: keys may be opened again and again.
MOST = 200


@dataclass(frozen=True, slots=True)
class Step:
    """One entry: when, of which row, what, by whom and why."""

    at: dt.datetime
    subject: str
    text: str
    actor: str
    reason: str


def timeline(order: Order, reach: Reach) -> list[Step]:
    """All steps, oldest first; eight queries and one for names, whatever happened."""
    steps = sorted((*_events(order), *_reveals(order), *_mails(order)), key=lambda step: step.at)
    names = names_of({step.actor for step in steps}, reach=reach, guests={order.holder: masked(order.email)})
    return [Step(step.at, step.subject, step.text, names[step.actor], reason_of(step.reason)) for step in steps]


def _events(order: Order) -> Iterator[Step]:
    """Steps of the order, its lines, payments, deliveries and refunds; those of one moment as they follow from each other."""
    yield from _steps(PaymentEvent.objects.filter(payment__order=order), Payment)
    yield from _steps(OrderEvent.objects.filter(order=order), Order)
    yield from _steps(LineEvent.objects.filter(line__order=order).select_related("line"), OrderLine, "line")
    of_lines = FulfillmentEvent.objects.filter(fulfillment__line__order=order)
    yield from _steps(of_lines.select_related("fulfillment__line"), Fulfillment, "fulfillment.line")
    yield from _steps(RefundEvent.objects.filter(refund__order=order), Refund)


def _steps(events: "QuerySet[Any]", model: Any, path: str = "") -> Iterator[Step]:
    name = str(model._meta.verbose_name)
    for event in sorted(events.order_by("-pk")[:MOST], key=lambda event: event.pk):
        row = event
        for part in filter(None, path.split(".")):
            row = getattr(row, part)
        subject = f"{name} · {row}" if path else name
        yield Step(event.at, subject, shown_step(event, model), event.actor, event.reason)


def _reveals(order: Order) -> Iterator[Step]:
    shown = Reveal.objects.filter(line__order=order).select_related("entry", "line").order_by("-pk")[:MOST]
    for reveal in reversed(shown):
        text = _("a secret was shown (unit #%(unit)d)") % {"unit": reveal.unit_id}
        yield Step(reveal.at, f"{reveal.line}", text, reveal.entry.actor, "")


def _mails(order: Order) -> Iterator[Step]:
    """Word about the order, found by its thread, and of old orders by the keys of their lines."""
    keys = [f"{line.ref}:{event}" for line in order.lines.all() for event in ("delivered", "refunded")]
    about = Q(thread=order.owner) | Q(key__in=keys[: 2 * MOST])
    for mail in Notification.objects.filter(about).order_by("pk")[: 2 * MOST]:
        event = EVENTS.get(mail.event)
        # Not within the f-string: there nobody who collects texts finds it.
        whom = _("mail to %(address)s") % {"address": mail.address}
        subject = f"{whom} · {event.name if event else mail.event}"
        yield Step(mail.created_at, subject, _("written"), "", "")
        if mail.sent_at:
            yield Step(mail.sent_at, subject, _("sent"), "", mail.failure)
        elif mail.unneeded:
            yield Step(mail.created_at, subject, _("no mail: unwanted, or overtaken by the goods"), "", "")
        elif mail.failure:
            yield Step(mail.created_at, subject, _("not sent yet"), "", mail.failure)
