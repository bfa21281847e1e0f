"""Payments that nobody told us about: their gateway is asked, and closed where their order is over."""

import datetime as dt
from dataclasses import dataclass

from django.core.cache import cache
from django.utils.translation import gettext as _

from kameng.lib import failpoints, patience
from kameng.lib.transitions import move
from kameng.notices.alarms import raise_alarm
from kameng.tasks.failing import first
from shop.orders.expire import LATE_WINDOW
from shop.orders.models import Order, OrderStatus
from shop.payments.confirm import Mismatch, Receipt
from shop.payments.gateways.base import Ambiguous, Rejected, Trade, TradeState
from shop.payments.gateways.registry import NotUsable, open_gateway
from shop.payments.models import OPEN_PAYMENTS, Payment, PaymentStatus
from shop.payments.outcome import ended, paid

#: From one look at a silent payment to the next; the last one repeats.
PAUSES = tuple(dt.timedelta(seconds=seconds) for seconds in (15, 30, 60, 120, 300, 600))
#: When a reservation lapses its payments are looked at next, once the order had a moment to expire.
AFTER_EXPIRY = dt.timedelta(seconds=2)
#: A buyer who presses "check" again sooner is shown what we know.
SECONDS_BETWEEN = 2
#: And waits no longer than this for all the answers together; whoever was not asked by then is left to the sweep.
SECONDS_AT_ONCE = 8.0


@dataclass(frozen=True, slots=True)
class Question:
    """An open payment, and whether its order still waits for it: if not, the gateway is told to close it."""

    payment: Payment
    order: Order

    @property
    def over(self) -> bool:
        return self.order.status != OrderStatus.PENDING


def ask(*, payment_id: int, now: dt.datetime) -> bool:
    """Ask the gateway about one open payment that is due, or close it there, and follow its answer.

    Paid → confirmed and the order settled; failed, closed → so; no answer → UNKNOWN; unpaid → looked at again after a growing
    pause. The gateway is called outside of any transaction. False when the payment is not due.
    """
    question = _claim(payment_id, now)
    if question is None:
        return False
    _follow(question, _answer(question), now)
    return True


def ask_at_once(*, order_id: int, now: dt.datetime) -> None:
    """Ask about the order's open payments now, because the buyer came back or asks; their next looks stay where they are.

    Newest first, and none is begun when SECONDS_AT_ONCE are over: the controller asks the others.
    """
    rows = Payment.objects.filter(order_id=order_id, status__in=OPEN_PAYMENTS).select_related("order", "account")
    with patience.at_most(SECONDS_AT_ONCE):
        for payment in rows.order_by("-pk")[:3]:
            if not patience.is_over() and cache.add(f"ask:{payment.pk}", True, SECONDS_BETWEEN):
                question = Question(payment, payment.order)
                _follow(question, _answer(question), now)


def _claim(payment_id: int, now: dt.datetime) -> Question | None:
    """Put off the next look and commit that, so that nobody else asks and a crash repeats nothing at once."""
    with failpoints.commit("ask"):
        rows = Payment.objects.select_for_update(of=("self",)).select_related("order", "account")
        row = rows.filter(pk=payment_id, status__in=OPEN_PAYMENTS, next_query_at__lte=now).first()
        if row is None:
            return None
        row.queries += 1
        row.next_query_at = _next_look(row, now)
        row.save(update_fields=["queries", "next_query_at"])
        return Question(row, row.order)


def _next_look(payment: Payment, now: dt.datetime) -> dt.datetime:
    regular = now + PAUSES[min(payment.queries, len(PAUSES)) - 1]
    lapses = payment.order.reserved_until
    return min(regular, lapses + AFTER_EXPIRY) if now < lapses else regular


def _answer(question: Question) -> Trade | None:
    """The gateway's answer; None when it gave none that we can use."""
    number = question.payment.number
    try:
        gateway = open_gateway(question.payment.account)
        return gateway.close(number) if question.over else gateway.query(number)
    except (Ambiguous, Rejected, NotUsable):
        return None


def _follow(question: Question, trade: Trade | None, now: dt.datetime) -> None:
    payment = question.payment
    match trade.state if trade else None:
        case TradeState.PAID:
            assert trade is not None
            _credit(payment, Receipt(trade.trade_no, trade.amount, trade.currency), now)
        case TradeState.FAILED:
            assert trade is not None
            ended(payment=payment, status=PaymentStatus.FAILED, now=now, reason=trade.reason)
        case TradeState.CLOSED:
            ended(payment=payment, status=PaymentStatus.CLOSED, now=now)
        case TradeState.UNPAID | TradeState.MISSING if _done_with(question, trade, now):
            ended(payment=payment, status=PaymentStatus.CLOSED, now=now)
        case None:
            _shift(payment, PaymentStatus.UNKNOWN, now)
        case _:
            if payment.status == PaymentStatus.UNKNOWN:
                _shift(payment, PaymentStatus.PENDING, now)


def _done_with(question: Question, trade: Trade | None, now: dt.datetime) -> bool:
    """Nothing can come of it any more: unknown there, or a gateway that cannot close, and too late for the money anyway."""
    missing = trade is not None and trade.state is TradeState.MISSING
    return question.over and (missing or now > question.order.reserved_until + LATE_WINDOW)


def _credit(payment: Payment, receipt: Receipt, now: dt.datetime) -> None:
    try:
        paid(payment=payment, receipt=receipt, now=now, source="query")
    except Mismatch as error:
        # Asking again would give the same answer; a person has to look.
        Payment.objects.filter(pk=payment.pk, status__in=OPEN_PAYMENTS).update(next_query_at=None)
        raise_alarm(
            key=f"payment:{payment.pk}:query",
            kind="answer-differs",
            subject=f"payment:{payment.number}",
            text=_("The gateway's answer fits no payment, and was not credited: %(reason)s") % {"reason": str(error)},
            now=now,
        )


def _shift(payment: Payment, status: PaymentStatus, now: dt.datetime) -> None:
    with failpoints.commit("asked"):
        row = Payment.objects.select_for_update(of=("self",)).get(pk=payment.pk)
        if row.status in OPEN_PAYMENTS and row.status != status:
            move(row, status, now=now, actor="gateway")


def queryable(now: dt.datetime) -> list[int]:
    """Keys of open payments to ask about, longest due first, at most 100."""
    rows = Payment.objects.filter(status__in=OPEN_PAYMENTS, next_query_at__lte=now)
    return first(rows.order_by("next_query_at"), at_most=100)
