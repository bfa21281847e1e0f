"""Asking for money back: from the order's account to where it came from. Inner steps; the caller holds the order."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Sum

from kameng.lib.transitions import begin, move
from kameng.tasks.wake import wake
from shop.ledger.models import AccountKind
from shop.ledger.post import account, post
from shop.orders.models import Order, OrderLine
from shop.payments.gateways.registry import gateway_class
from shop.payments.models import Destination, Payment, PaymentStatus, Refund, RefundStatus

#: Refunds that have not (yet) given up: they use up what was captured.
COUNTING = [status for status in RefundStatus if status != RefundStatus.FAILED]


@dataclass(frozen=True, slots=True)
class Ask:
    """So many minor units of an order back, for a line or for the order's leftover."""

    order: Order
    amount: int
    reason: str
    line: OrderLine | None = None


def request(*, ask: Ask, now: dt.datetime, actor: str) -> list[Refund]:
    """Split `ask` over the order's receipts: gateway payments newest first, then the wallet payment; one Refund each.

    The money is on the order's account already. A wallet refund is DONE at once; others are REQUESTED and woken. What no
    receipt can take back (it cannot happen while the ledger is right) raises ValueError.
    """
    left, made = ask.amount, []
    for payment in lock_receipts(ask.order):
        part = min(left, refundable(payment))
        if part > 0:
            made.append(_one(ask, payment, part, now, actor))
            left -= part
    if left:
        raise ValueError(f"order {ask.order.pk}: {left} of {ask.amount} came from nowhere")
    return made


def refundable(payment: Payment) -> int:
    """What was captured less refunds that have not failed."""
    gone: int | None = payment.refunds.filter(status__in=COUNTING).aggregate(n=Sum("amount"))["n"]
    return (payment.received or 0) - (gone or 0)


def lock_receipts(order: Order) -> list[Payment]:
    """The order's confirmed payments, locked, in the order in which they are given back."""
    confirmed = Payment.objects.filter(order=order, status=PaymentStatus.CONFIRMED)
    rows = list(confirmed.order_by("pk").select_related("account").select_for_update(of=("self",)))
    return sorted(rows, key=lambda p: (p.account.gateway == "wallet", -p.pk))


def _one(ask: Ask, payment: Payment, amount: int, now: dt.datetime, actor: str) -> Refund:
    refund = Refund(
        payment=payment,
        order=ask.order,
        line=ask.line,
        amount=amount,
        reason=ask.reason,
        requested_at=now,
        destination=_destination(payment, amount, ask.order),
        next_try_at=now,
    )
    refund.save(force_insert=True)
    begin([refund], now=now, actor=actor, reason=ask.reason)
    if refund.destination == Destination.WALLET:
        to_wallet(refund=refund, order=ask.order, now=now, actor=actor)
    else:
        wake("refund")
    return refund


def _destination(payment: Payment, amount: int, order: Order) -> Destination:
    if payment.account.gateway == "wallet":
        return Destination.WALLET
    whole = amount == payment.received
    if order.user_id and not (whole or gateway_class(payment.account.gateway).can_refund_in_part):
        return Destination.WALLET
    return Destination.SOURCE


def to_wallet(*, refund: Refund, order: Order, now: dt.datetime, actor: str) -> None:
    """REQUESTED → DONE: order account → the member's wallet."""
    move(refund, RefundStatus.DONE, now=now, actor=actor, changes={"done_at": now, "next_try_at": None})
    source = account(owner=order.owner, kind=AccountKind.ORDER, currency=order.currency)
    wallet = account(owner=f"user:{order.user_id}", kind=AccountKind.WALLET, currency=order.currency)
    post(key=f"refund:{refund.pk}:wallet", moves=[(source, -refund.amount), (wallet, refund.amount)], now=now)
