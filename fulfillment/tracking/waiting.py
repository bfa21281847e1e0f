"""A line that is paid and not here yet: who is responsible, what happens next, by when, and what the buyer must do."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fulfillment.delivery.models import Fulfillment
from fulfillment.tracking.findings import Finding, by_hand
from fulfillment.tracking.pipeline import troubled
from fulfillment.tracking.queries import Rows
from fulfillment.tracking.words import amount, back_to, masked, site, what, when
from kameng.lib import times
from shop.catalog.models import Mode
from shop.orders.models import LineStatus, OrderLine


@dataclass(frozen=True, slots=True)
class WaitingCard:
    """The diagnosis as the page shows it."""

    line: OrderLine
    head: str
    name: str
    finding: Finding
    refund: str
    due: str
    mail: str
    tone: str
    template: str = "tracking/cards/waiting.html"


def waiting_card(line: OrderLine, rows: Rows, now: dt.datetime) -> WaitingCard:
    """The card of one waiting line; every sentence is a fact of a row."""
    late = troubled(line, now)
    return WaitingCard(
        line=line,
        head=_("Why it is not here yet") if late else _("On its way"),
        name=what(line) if len(rows.lines) > 1 else "",
        finding=finding(line, rows, now),
        refund=amount(line.undelivered_amount, rows.order),
        due=_due(line, rows, now),
        mail=masked(rows.order.email),
        tone="amber" if late else "jade",
    )


def finding(line: OrderLine, rows: Rows, now: dt.datetime) -> Finding:
    """Why this line is not here yet, as its rows tell."""
    fulfillment: Fulfillment | None = getattr(line, "fulfillment", None)
    if line.refund_by and line.refund_by <= now:
        return _time_is_up(line, rows)
    if line.status == LineStatus.ON_HOLD:
        return _on_hold(line, rows, now)
    if fulfillment and fulfillment.problem:
        return _failing(line, fulfillment, now)
    if line.mode != Mode.AUTO:
        return by_hand(line, fulfillment, now)
    late = line.promised_by is not None and line.promised_by <= now
    return _late(line) if late else _on_time(line)


def _time_is_up(line: OrderLine, rows: Rows) -> Finding:
    return Finding(
        title=_("Time is up. %(amount)s goes back now.") % {"amount": amount(line.undelivered_amount, rows.order)},
        who=_("%(site)s, by itself. Nobody has to agree to it.") % {"site": site()},
        then=_("The refund is booked within seconds and shown here."),
    )


def _on_hold(line: OrderLine, rows: Rows, now: dt.datetime) -> Finding:
    held = [step for step in rows.steps_of("line", line.pk) if step.target == LineStatus.ON_HOLD]
    told = _("A person at %(site)s was told at %(time)s. If nothing comes of it, the money goes back by itself.")
    return Finding(
        title=_("The shelf of %(merchant)s is short of what you bought.") % {"merchant": line.merchant.name},
        who=_("%(merchant)s, looked after by %(site)s. You did nothing wrong.")
        % {"merchant": line.merchant.name, "site": site()},
        then=told % {"site": site(), "time": when(held[-1].at if held else now, now)},
    )


def _failing(line: OrderLine, fulfillment: Fulfillment, now: dt.datetime) -> Finding:
    tries = fulfillment.attempts
    title = ngettext("One attempt to deliver failed.", "%(n)d attempts to deliver failed.", tries) % {"n": tries}
    again = fulfillment.next_try_at
    soon = _("It is being tried again now.")
    later = _("It is tried again at %(time)s, and so on until it works or the time is up.") % {"time": when(again, now)}
    return Finding(
        title=title,
        who=_("%(site)s and %(merchant)s. You did nothing wrong.") % {"merchant": line.merchant.name, "site": site()},
        then=later if again > now else soon,
    )


def _late(line: OrderLine) -> Finding:
    checked = line.status != LineStatus.PAID
    return Finding(
        title=_("Checked, but sent later than promised.") if checked else _("The check takes longer than promised."),
        who=_("%(site)s: this step runs by itself. You did nothing wrong.") % {"site": site()},
        then=_("It stands in the queue and is sent when its turn comes.") if checked else _next_of_check(line),
    )


def _on_time(line: OrderLine) -> Finding:
    checked = line.status != LineStatus.PAID
    sending = ngettext("Checked. %(n)d key is being sent.", "Checked. %(n)d keys are being sent.", line.quantity)
    return Finding(
        title=sending % {"n": line.quantity} if checked else _("Paid. We are checking the goods."),
        who=_("%(site)s, by itself, from the stock of %(merchant)s.") % {"merchant": line.merchant.name, "site": site()},
        then=_("They appear on this page. You need not reload.") if checked else _next_of_check(line),
    )


def _next_of_check(line: OrderLine) -> str:
    return ngettext(
        "After the check %(n)d key is sent at once, by itself.", "After the check %(n)d keys are sent at once, by themselves.",
        line.quantity,
    ) % {"n": line.quantity}  # fmt: skip


def _due(line: OrderLine, rows: Rows, now: dt.datetime) -> str:
    if line.refund_by is None:
        return ""
    facts = {
        "time": when(line.refund_by, now),
        "amount": amount(line.undelivered_amount, rows.order),
        "where": back_to(rows),
    }
    minutes = int((now - line.promised_by).total_seconds()) // 60 if line.promised_by else 0
    if minutes < 1:
        return _("There is a result by %(time)s: the goods, or all %(amount)s back to %(where)s.") % facts
    facts["over"] = times.duration(minutes * 60)
    return (
        _("There is a result by %(time)s: the goods, or all %(amount)s back to %(where)s. It is %(over)s past the promise.")
        % facts
    )
