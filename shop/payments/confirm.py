"""A receipt of money, committed whatever happens to the order next."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from kameng.lib import failpoints, money
from kameng.lib.compiled import Compiled, Slot
from kameng.lib.transitions import move
from kameng.notices.alarms import raise_alarm
from shop.ledger.models import AccountKind
from shop.ledger.post import accounts, post
from shop.orders.models import Order, OrderStatus
from shop.payments.models import Notice, Payment, PaymentStatus, Verdict
from shop.payments.noted import store

#: Orders that money can still make paid; for others it waits on the order's account.
PAYABLE = (OrderStatus.PENDING, OrderStatus.EXPIRED)

_ORDER = Compiled(lambda: Order.objects.filter(payments=Slot("payment")).select_for_update(of=("self",)))
_PAYMENT = Compiled(lambda: Payment.objects.filter(pk=Slot("pk")).select_for_update(of=("self",)))


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the gateway says it received, in minor units, under its own number."""

    trade_no: str
    amount: int
    currency: str


class Mismatch(Exception):
    """The receipt cannot belong to this payment (currency, another trade or amount); nothing was credited."""


def confirm(*, payment_id: int, receipt: Receipt, now: dt.datetime, source: str, notice: Notice | None = None) -> bool:
    """→ CONFIRMED and gateway → order account, with what the gateway states; marks the order as to be settled.

    The notice that told us, if one did, is stored in the same transaction: what is answered with success is credited.
    Returns False when this receipt was credited before. Raises Mismatch for another currency, a non-positive amount, a second
    trade under one number, or a second amount for one trade. An amount that differs from what was due raises an alarm and is
    credited all the same.
    """
    with failpoints.commit("confirm"):
        order = _ORDER.one(payment=payment_id)
        payment = _PAYMENT.one(pk=payment_id)
        _check(payment, receipt)
        fresh = payment.status != PaymentStatus.CONFIRMED
        if fresh:
            _credit(payment, order, receipt, now=now, source=source)
        if notice:
            store(notice, Verdict.CREDITED if fresh else Verdict.REPEATED, payment=payment)
        return fresh


def _credit(payment: Payment, order: Order, receipt: Receipt, *, now: dt.datetime, source: str) -> None:
    changes = {
        "received": receipt.amount,
        "trade_no": receipt.trade_no,
        "confirmed_at": now,
        "next_query_at": None,
        "failure": "",
    }
    move(payment, PaymentStatus.CONFIRMED, now=now, actor=source, changes=changes)
    credit(payment=payment, order=order, amount=receipt.amount, now=now)
    if receipt.amount != payment.amount:
        _raise_difference(payment, receipt, now)
    if order.status in PAYABLE:
        # The caller pays at once; what it leaves undone the sweep finds by this mark.
        Order.objects.filter(pk=order.pk).update(pay_due_at=now)
    else:
        Order.objects.filter(pk=order.pk).update(rest_due_at=now)


def credit(*, payment: Payment, order: Order, amount: int, now: dt.datetime) -> None:
    """gateway → order account. Inner step."""
    wanted = ((payment.clearing_owner, AccountKind.GATEWAY), (order.owner, AccountKind.ORDER))
    clearing, target = accounts(order.currency, *wanted)
    post(key=f"payment:{payment.pk}:confirmed", moves=[(clearing, -amount), (target, amount)], now=now)


def _check(payment: Payment, receipt: Receipt) -> None:
    if receipt.currency != payment.currency:
        raise Mismatch(f"currency {receipt.currency} instead of {payment.currency}")
    if receipt.amount <= 0:
        raise Mismatch(f"amount {receipt.amount}")
    if payment.trade_no and receipt.trade_no != payment.trade_no:
        raise Mismatch(f"trade {receipt.trade_no} instead of {payment.trade_no}")
    if payment.status == PaymentStatus.CONFIRMED:
        if receipt.trade_no != payment.trade_no:
            raise Mismatch(f"a second trade {receipt.trade_no} under one number")
        if receipt.amount != payment.received:
            raise Mismatch(f"amount {receipt.amount} after {payment.received} for the same trade")
    elif not payment.trade_no and _taken(payment, receipt.trade_no):
        raise Mismatch(f"trade {receipt.trade_no} was credited to another payment")


def _taken(payment: Payment, trade_no: str) -> bool:
    others = Payment.objects.filter(account=payment.account, trade_no=trade_no).exclude(pk=payment.pk)
    return bool(trade_no) and others.exists()


def _raise_difference(payment: Payment, receipt: Receipt, now: dt.datetime) -> None:
    raise_alarm(
        key=f"payment:{payment.pk}:amount",
        kind="amount-differs",
        subject=f"payment:{payment.number}",
        text=_("%(got)s came in where %(due)s was due.")
        % {"got": money.shown(receipt.amount, receipt.currency), "due": money.shown(payment.amount, payment.currency)},
        now=now,
    )
