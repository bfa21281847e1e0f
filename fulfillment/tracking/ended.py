"""Why money of a line went back, in the words of its page."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from fulfillment.delivery import clock
from fulfillment.delivery.manual import GivenUp
from fulfillment.tracking.queries import Rows
from shop.orders.models import LineStatus, OrderLine

DEADLINE = clock.DEADLINE.reason


@dataclass(frozen=True, slots=True)
class Ended:
    """The head of the card once all is back, and while it is under way; what started it; why; and whose matter it was."""

    done: str
    under_way: str
    began: str
    why: str
    who: str


def ended(line: OrderLine, rows: Rows) -> Ended:
    """What ended the wait for this line: the clock, its merchant, or the way it went."""
    refunds = rows.refunds_of(line)
    reason = refunds[0].reason if refunds else DEADLINE
    if reason in GivenUp.values:
        return _given_up(line, reason)
    if reason.startswith("parcel"):
        return _parcel(line, lost=reason == "parcel lost")
    return Ended(
        _("Not here in time, paid back by itself"),
        _("Not here in time, the money is going back"),
        _("Time was up"),
        _why_late(line, rows),
        _("%(merchant)s: this order counts as late for them. Nothing is held against you.") % _facts(line),
    )


def _facts(line: OrderLine) -> dict[str, str]:
    return {"merchant": line.merchant.name}


def _given_up(line: OrderLine, reason: str) -> Ended:
    if reason == GivenUp.WRONG_RECIPIENT:
        who = _("Nobody's: please check where it should go, and order it again.")
    else:
        who = _("%(merchant)s: this counts as their failure. Nothing is held against you.") % _facts(line)
    return Ended(
        _("It could not be delivered, paid back at once"),
        _("It could not be delivered, the money is going back"),
        _("Given up by %(merchant)s") % _facts(line),
        _("%(merchant)s said why: %(why)s.") % {**_facts(line), "why": GivenUp(reason).label},
        who,
    )


def _parcel(line: OrderLine, *, lost: bool) -> Ended:
    return Ended(
        _("The parcel did not arrive, paid back"),
        _("The parcel did not arrive, the money is going back"),
        _("The parcel is lost") if lost else _("The parcel came back"),
        _("The courier lost it on the way.") if lost else _("It came back to %(merchant)s.") % _facts(line),
        _("%(merchant)s and the courier. Nothing is held against you.") % _facts(line),
    )


def _why_late(line: OrderLine, rows: Rows) -> str:
    """What the line was waiting for when its time was up."""
    last = [step for step in rows.steps_of("line", line.pk) if step.target in (LineStatus.REFUNDED, LineStatus.DELIVERED)]
    source = last[-1].source if last else ""
    fulfillment = getattr(line, "fulfillment", None)
    if source == LineStatus.ON_HOLD:
        return _("The shelf of %(merchant)s was short of what you bought.") % _facts(line)
    if fulfillment and fulfillment.problem:
        return _("Delivery was tried %(n)d times and did not work.") % {"n": fulfillment.attempts}
    if source == LineStatus.PAID:
        return _("The check was not finished when the time was up.")
    if line.delivered:
        some = {"some": line.delivered, "all": line.quantity}
        return _("%(some)d of %(all)d came in time; the rest is paid back.") % some
    return _("The goods were checked, but not sent when the time was up.")
