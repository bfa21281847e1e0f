"""已支付 → 已核验 → 已到账 → 已完成: where the order as a whole stands, and its badge."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from fulfillment.tracking.queries import Rows
from fulfillment.tracking.words import same_day, when
from kameng.lib import times
from shop.orders.models import WAITING_LINES, LineStatus, OrderLine, OrderStatus
from shop.payments.models import RefundStatus

UNCHECKED = (LineStatus.PAID, LineStatus.ON_HOLD)
ARRIVED = (LineStatus.DELIVERED, LineStatus.COMPLETED)


@dataclass(frozen=True, slots=True)
class PipeStep:
    """One of the four steps: done, now, todo, skip (did not happen) or back (money back)."""

    label: str
    state: str
    at: dt.datetime | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Badge:
    """The state in one word; `label` replaces the word of the state's look."""

    state: str
    label: str = ""


def pipeline(rows: Rows, now: dt.datetime) -> list[PipeStep]:
    """The four steps of a paid order; nothing for one that was never paid."""
    if rows.order.paid_at is None:
        return []
    return [_done(_("Paid"), rows.order.paid_at, now), _checked(rows, now), _sent(rows, now), _ended(rows, now)]


def _done(label: str, at: dt.datetime | None, now: dt.datetime, state: str = "done") -> PipeStep:
    if at is None:
        return PipeStep(label, state)
    return PipeStep(label, state, at) if same_day(at, now) else PipeStep(label, state, note=when(at, now))


def _latest(moments: Iterable[dt.datetime | None]) -> dt.datetime | None:
    return max(filter(None, moments), default=None)


def _checked(rows: Rows, now: dt.datetime) -> PipeStep:
    if any(line.status == LineStatus.ON_HOLD for line in rows.lines):
        return PipeStep(_("Checking"), "now", note=_("on hold"))
    if any(line.status in UNCHECKED for line in rows.lines):
        return PipeStep(_("Checking"), "now", note=_against_promise(rows, now))
    at = _latest(line.verified_at for line in rows.lines)
    return _done(_("Checked"), at, now) if at else PipeStep(_("Not checked"), "skip")


def _sent(rows: Rows, now: dt.datetime) -> PipeStep:
    came = [line for line in rows.lines if line.status in ARRIVED]
    waiting = [line for line in rows.lines if line.status in WAITING_LINES]
    part = _("%(some)d of %(all)d items") % {"some": len(came), "all": len(rows.lines)} if came else ""
    if waiting:
        running = all(line.status not in UNCHECKED for line in waiting)
        return PipeStep(
            _("Sending"), "now" if running else "todo", note=part or (_against_promise(rows, now) if running else "")
        )
    if not came:
        deadline = _latest(line.refund_by for line in rows.lines)
        return PipeStep(_("Not sent"), "skip", note=_("until %(time)s") % {"time": when(deadline, now)} if deadline else "")
    if len(came) < len(rows.lines):
        return PipeStep(_("Delivered"), "done", note=part)
    return _done(_("Delivered"), _latest(line.delivered_at for line in came), now)


def _against_promise(rows: Rows, now: dt.datetime) -> str:
    """When it was promised, or by how much that is over."""
    promised = min(
        (line.promised_by for line in rows.lines if line.status in WAITING_LINES and line.promised_by), default=None
    )
    if promised is None:
        return ""
    minutes = int((now - promised).total_seconds()) // 60
    if minutes >= 1:
        return _("%(time)s late") % {"time": times.duration(minutes * 60)}
    return _("promised %(time)s") % {"time": when(promised, now)}


def _ended(rows: Rows, now: dt.datetime) -> PipeStep:
    lines = rows.lines
    if all(line.status == LineStatus.REFUNDED for line in lines):
        return _returned(rows, now)
    if rows.order.status == OrderStatus.COMPLETED:
        return _done(_("Completed"), rows.order.closed_at, now)
    waiting = [line.refund_by for line in lines if line.status in WAITING_LINES]
    if waiting:
        latest = _latest(waiting)
        return PipeStep(_("Completed"), "todo", note=_("by %(time)s") % {"time": when(latest, now)} if latest else "")
    end = _latest(line.complaint_by for line in lines)
    return PipeStep(_("Completed"), "todo", note=_("by itself, %(time)s") % {"time": when(end, now)} if end else "")


def _returned(rows: Rows, now: dt.datetime) -> PipeStep:
    if under_way(rows):
        return PipeStep(_("Refunding"), "now", note=_("under way"))
    return _done(_("Refunded"), _latest(refund.done_at for refund in rows.refunds), now, "back")


def under_way(rows: Rows) -> bool:
    """Some money is on its way back and has not arrived."""
    return any(refund.status not in (RefundStatus.DONE, RefundStatus.FAILED) for refund in rows.refunds)


def badge(rows: Rows, now: dt.datetime) -> Badge:
    """The order in one word: what waits comes first, then what came, then what went back."""
    order = rows.order
    if order.status == OrderStatus.PENDING:
        if order.pay_due_at and rows.balance >= order.total:
            return Badge("verifying", _("Confirming"))
        return Badge("unpaid") if order.reserved_until > now else Badge("closed")
    if order.status == OrderStatus.EXPIRED:
        return Badge("closed", _("Not paid"))
    waiting = [line for line in rows.lines if line.status in WAITING_LINES]
    if waiting:
        return Badge(_waiting(waiting, now))
    if any(line.status == LineStatus.SHIPPED for line in rows.lines):
        return Badge("shipped")
    came = [line for line in rows.lines if line.status in ARRIVED]
    if not came:
        return Badge("refunding" if under_way(rows) else "refunded")
    if len(came) < len(rows.lines):
        return Badge("delivered", _("%(some)d of %(all)d delivered") % {"some": len(came), "all": len(rows.lines)})
    return Badge("done" if order.status == OrderStatus.COMPLETED else "delivered")


def _waiting(lines: list[OrderLine], now: dt.datetime) -> str:
    if any(troubled(line, now) for line in lines):
        return "waiting"
    if all(line.status not in UNCHECKED for line in lines):
        return "sending"
    return "verifying"


def troubled(line: OrderLine, now: dt.datetime) -> bool:
    """The line waits longer than promised, or something went wrong with it."""
    late = line.promised_by is not None and line.promised_by <= now
    fulfillment = getattr(line, "fulfillment", None)
    return late or line.status == LineStatus.ON_HOLD or bool(fulfillment and fulfillment.problem)
