"""Money that goes back: how much, where to, how far it is, and why. A refund is an outcome, not an error."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from fulfillment.tracking.ended import ended
from fulfillment.tracking.queries import Rows
from fulfillment.tracking.words import amount, site, way, what, when
from kameng.lib import ids
from shop.orders.models import OrderLine
from shop.payments.models import Destination, Refund, RefundStatus


@dataclass(frozen=True, slots=True)
class Stage:
    """One station of the money on its way back."""

    at: dt.datetime | None
    title: str
    note: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class Way:
    """One refund of one payment: where to, how far, and what to do when it does not show up."""

    to: str
    minor: int
    number: str
    state: str
    help: str


@dataclass(frozen=True, slots=True)
class RefundCard:
    """All refunds of a line, or of the order's leftover."""

    id: str
    head: str
    note: str
    name: str
    minor: int
    ways: list[Way]
    stages: list[Stage]
    why: str
    who: str
    template: str = "tracking/cards/refund.html"


def refund_card(line: OrderLine, rows: Rows, now: dt.datetime) -> RefundCard:
    """The card of a line that was paid back."""
    refunds = rows.refunds_of(line)
    done, why = all(is_done(refund) for refund in refunds), ended(line, rows)
    return RefundCard(
        id=f"refund-{line.pk}",
        head=why.done if done else why.under_way,
        note=_("nobody had to ask"),
        name=what(line) if len(rows.lines) > 1 else "",
        minor=line.refunded_amount,
        ways=[_way(refund, rows, now) for refund in refunds],
        stages=[*_escrow_stages(line, rows, why.began), _last_stage(refunds, rows)],
        why=why.why,
        who=why.who,
    )


def leftover_card(rows: Rows, now: dt.datetime) -> RefundCard | None:
    """The refunds of money that no line used; None where there are none."""
    refunds = rows.refunds_of(None)
    if not refunds:
        return None
    total = sum(refund.amount for refund in refunds)
    return RefundCard(
        id="refund-rest",
        head=_("The money left over is back") if all(map(is_done, refunds)) else _("The money left over is going back"),
        note=_("nobody had to ask"),
        name="",
        minor=total,
        ways=[_way(refund, rows, now) for refund in refunds],
        stages=[],
        why=_("More came in than this order used."),
        who="",
    )


def is_done(refund: Refund) -> bool:
    """The money has arrived, at the source or, where that refused, in the wallet."""
    return refund.status == RefundStatus.DONE or bool(refund.done_at)


def _escrow_stages(line: OrderLine, rows: Rows, began: str) -> list[Stage]:
    back = amount(line.refunded_amount, rows.order)
    if line.delivered:
        facts = {"amount": back, "n": line.refunded_quantity, "all": line.quantity}
        left = _("%(amount)s for %(n)d of %(all)d") % facts
    else:
        left = _("%(amount)s in full") % {"amount": back}
    at = min(filter(None, [line.refund_by, line.refunded_at]), default=None)
    return [Stage(at, began, _("which starts the refund")), Stage(line.refunded_at, _("Left escrow"), left)]


def _last_stage(refunds: list[Refund], rows: Rows) -> Stage:
    open_ones = [refund for refund in refunds if not is_done(refund)]
    if not open_ones:
        last = max(refunds, key=lambda refund: refund.done_at or refund.requested_at)
        return Stage(last.done_at, _target(last), _("arrived"), current=True)
    first = open_ones[0]
    at = rows.steps_of("refund", first.pk)[-1].at
    return Stage(at, _target(first), _("by hand") if first.status == RefundStatus.MANUAL else _("under way"), current=True)


def _target(refund: Refund) -> str:
    return _("Your wallet") if refund.destination == Destination.WALLET else way(refund.payment.account)


def _way(refund: Refund, rows: Rows, now: dt.datetime) -> Way:
    target = _("your wallet") if refund.destination == Destination.WALLET else way(refund.payment.account)
    return Way(
        to=_("Back to %(where)s") % {"where": target},
        minor=refund.amount,
        number=ids.short(refund.number),
        state=_state(refund, rows, now),
        help=_help(refund),
    )


def _state(refund: Refund, rows: Rows, now: dt.datetime) -> str:
    gateway = way(refund.payment.account)
    at = when(rows.steps_of("refund", refund.pk)[-1].at, now)
    again = when(refund.next_try_at, now) if refund.next_try_at else ""
    if is_done(refund):
        done = when(refund.done_at or refund.requested_at, now)
        if refund.status == RefundStatus.FAILED:
            return _("%(gateway)s did not take it back; it is in your wallet since %(time)s.") % {
                "gateway": gateway,
                "time": done,
            }
        if refund.destination == Destination.WALLET:
            return _("In your wallet since %(time)s.") % {"time": done}
        return _("%(gateway)s carried it out at %(time)s.") % {"gateway": gateway, "time": done}
    match refund.status:
        case RefundStatus.REQUESTED:
            return _("Booked at %(time)s; %(gateway)s is told within a minute.") % {"gateway": gateway, "time": at}
        case RefundStatus.SUBMITTED:
            return _("%(gateway)s was told at %(time)s; we ask again at %(again)s.") % {
                "gateway": gateway,
                "time": at,
                "again": again or at,
            }
        case RefundStatus.UNKNOWN:
            return _("%(gateway)s gave no clear answer. We ask at %(again)s; it is not sent twice.") % {
                "gateway": gateway,
                "again": again or at,
            }
        case _:
            return _(
                "%(gateway)s did not take it back. A person at %(site)s pays it by hand; the money waits on this order."
            ) % {
                "gateway": gateway,
                "site": site(),
            }


def _help(refund: Refund) -> str:
    if refund.destination == Destination.WALLET:
        return _("You can pay with it at once.")
    if not is_done(refund):
        return _("You need not do anything. When it changes, it says so here.")
    return _("Ask %(gateway)s with the refund number above.") % {"gateway": way(refund.payment.account)}
