"""Money of an order that is not (yet) its price: unpaid, short, late, or left over."""

import datetime as dt
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from fulfillment.tracking.queries import Rows
from fulfillment.tracking.words import amount, back_to, when
from kameng.lib import times
from shop.orders.expire import LATE_WINDOW
from shop.orders.models import Order, OrderStatus
from shop.payments.leftover import GUEST_WAITS, free_at
from shop.storefront.basket import again_address


@dataclass(frozen=True, slots=True)
class PurseCard:
    """What stands at the top of an order that is not paid, or that holds money too much."""

    id: str
    head: str
    title: str
    lead: str
    tone: str = "amber"
    icon: str = "wallet"
    deadline: dt.datetime | None = None
    after: str = ""
    urgent: bool = False
    facts: list[tuple[str, str]] = field(default_factory=list)
    pay_url: str = ""
    again_url: str = ""
    template: str = "tracking/cards/purse.html"


def purse_cards(rows: Rows, now: dt.datetime) -> list[PurseCard]:
    """The cards that explain this order's money, if there is something to explain."""
    order = rows.order
    if order.status == OrderStatus.PENDING:
        return [_unpaid(rows, now)]
    if order.status == OrderStatus.EXPIRED:
        return [_late(rows, now) if rows.leftover > 0 else _expired(rows, now)]
    cards = [_left(rows, now)] if rows.leftover > 0 else []
    return cards + ([_moved(rows, now)] if rows.moved_to_wallet else [])


def _unpaid(rows: Rows, now: dt.datetime) -> PurseCard:
    order = rows.order
    missing = max(0, order.total - rows.balance)
    if order.pay_due_at and not missing:
        return _confirming(rows)
    if order.reserved_until <= now:
        return _expired(rows, now)
    came = [_came(rows), (_("Still missing"), amount(missing, order))] if rows.balance else []
    return PurseCard(
        id="unpaid",
        head=_("Waiting for your payment"),
        title=_("%(amount)s is still missing.") % {"amount": amount(missing, order)}
        if rows.balance
        else _("The goods are set aside for you."),
        lead=_if_not_paid(rows) % {"time": when(order.reserved_until, now), "came": amount(rows.balance, order)},
        deadline=order.reserved_until,
        after=_("left to pay"),
        urgent=True,
        facts=came,
        pay_url=reverse("pay", args=[order.number]),
    )


def _if_not_paid(rows: Rows) -> str:
    if rows.balance:
        return _("After %(time)s they go back on the shelf, and the %(came)s that came in goes back to you.")
    return _("After %(time)s they go back on the shelf. Nothing is charged then.")


def _came(rows: Rows) -> tuple[str, str]:
    return _("Came in"), _("%(amount)s of %(total)s") % {
        "amount": amount(rows.balance, rows.order),
        "total": amount(rows.order.total, rows.order),
    }


def _confirming(rows: Rows) -> PurseCard:
    return PurseCard(
        id="confirming",
        head=_("Your money is here"),
        title=_("Paid. The goods are being made yours."),
        lead=_("This takes seconds and runs by itself. The page changes when it is done."),
        tone="jade",
        icon="shield",
        facts=[_came(rows)],
    )


def _expired(rows: Rows, now: dt.datetime) -> PurseCard:
    order = rows.order
    facts = [(pgettext("row of a diagnosis", "Next"), _nothing_more(rows))]
    if rows.moved_to_wallet or rows.refunds:
        facts.insert(0, (_("Your money"), _went(rows, now)))
    elif now <= order.reserved_until + LATE_WINDOW:
        facts.insert(0, (_("Paid after all?"), _paid_after_all(order, now)))
    return PurseCard(
        id="expired",
        head=_("Not paid in time"),
        title=_("This order was closed.") if rows.received else _("This order was closed. Nothing was charged."),
        lead=_("The goods went back on the shelf at %(time)s.") % {"time": when(order.reserved_until, now)},
        tone="plain",
        icon="ban",
        facts=facts,
        again_url=_again(rows),
    )


def _nothing_more(rows: Rows) -> str:
    return _("Nothing more happens here. You need not do anything.")


def _paid_after_all(order: Order, now: dt.datetime) -> str:
    return _(
        "Money that arrives until %(time)s still buys everything at the old price, if all of it is there; else it goes back."
    ) % {"time": when(order.reserved_until + LATE_WINDOW, now)}


def _went(rows: Rows, now: dt.datetime) -> str:
    """Where money that came in went, as far as it went to a wallet; refunds have a card of their own."""
    if not rows.moved_to_wallet:
        return _("It goes back to %(where)s; see below.") % {"where": back_to(rows)}
    moved = rows.moved_to_wallet
    return _("%(amount)s went to your wallet at %(time)s.") % {
        "amount": amount(-sum(entry.amount for entry in moved), rows.order),
        "time": when(moved[-1].journal.at, now),
    }


def _late(rows: Rows, now: dt.datetime) -> PurseCard:
    """Money came too late, or too little of it: what it can still do, and when it goes back."""
    order = rows.order
    last = order.reserved_until + LATE_WINDOW
    enough = rows.balance >= order.total
    if enough and order.pay_due_at and now <= last:
        lead = _("Every minute we try to get the goods at the old price. By %(time)s you have them, or the money goes back.")
        title = _("Your money came after the time was up.")
    elif enough:
        lead, title = _("The goods are gone, so the money goes back."), _("Your money came after the time was up.")
    else:
        lead = _("What came in goes back. If the rest arrives until %(time)s, the goods are yours at the old price.")
        title = _("Only %(amount)s of %(total)s came in.") % {
            "amount": amount(rows.balance, order),
            "total": amount(order.total, order),
        }
    return PurseCard(
        id="late",
        head=_("Late money"),
        title=title,
        lead=lead % {"time": when(last, now)},
        facts=[_came(rows), *_way_back(rows, now)],
        again_url=_again(rows),
    )


def _left(rows: Rows, now: dt.datetime) -> PurseCard:
    return PurseCard(
        id="left",
        head=_("More came in than needed"),
        title=_("%(amount)s is left over.") % {"amount": amount(rows.leftover, rows.order)},
        lead=_why_later(rows, now),
        tone="info",
        icon="return",
        facts=_way_back(rows, now),
    )


def _why_later(rows: Rows, now: dt.datetime) -> str:
    due = free_at(rows.order)
    if rows.order.user_id or due is None or due <= now:
        return _("They are yours and lie untouched on this order.")
    waits = _(
        "They are yours and go back by themselves at %(time)s. We wait %(days)s after payment, so that whatever else comes in"
        " for this order goes back with them."
    )
    return waits % {"time": when(due, now), "days": times.duration(GUEST_WAITS)}


def _moved(rows: Rows, now: dt.datetime) -> PurseCard:
    moved = -sum(entry.amount for entry in rows.moved_to_wallet)
    return PurseCard(
        id="moved",
        head=_("More came in than needed"),
        title=_("%(amount)s is in your wallet.") % {"amount": amount(moved, rows.order)},
        lead=_went(rows, now),
        tone="info",
        icon="return",
    )


def _way_back(rows: Rows, now: dt.datetime) -> list[tuple[str, str]]:
    """Where leftover money goes and when, in rows."""
    due = free_at(rows.order)
    where = _("your wallet") if rows.order.user_id else back_to(rows)
    said = _("to %(where)s, within seconds") % {"where": where}
    if due and due > now:
        said = _("to %(where)s, by itself: %(time)s") % {"where": where, "time": when(due, now)}
    return [(_("It goes"), said), (pgettext("row of a diagnosis", "You"), _("Nothing."))]


def _again(rows: Rows) -> str:
    """The product with the same face value and quantity chosen; for several the checkout page with all of them."""
    return again_address(rows.lines) if rows.lines else ""
