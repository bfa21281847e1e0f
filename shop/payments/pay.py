"""Making an order paid: it has the money, it still owns its stock or can claim it again, and then escrow is funded."""

import datetime as dt
from collections.abc import Sequence
from enum import StrEnum
from itertools import groupby

from kameng.lib import failpoints
from kameng.lib.transitions import begin, move
from kameng.tasks.failing import first
from kameng.tasks.wake import wake
from shop.catalog.models import Mode
from shop.inventory.claim import Crowded, SoldOut, Want, allocate, release
from shop.inventory.claim_chosen import claim_each
from shop.ledger.escrow import Stake, fund
from shop.ledger.models import Account, AccountKind
from shop.ledger.post import InsufficientFunds, account, accounts, post
from shop.merchants.hours import after_open_seconds
from shop.merchants.models import Merchant
from shop.orders.expire import LATE_WINDOW
from shop.orders.models import LineStatus, Order, OrderLine, OrderStatus
from shop.orders.rows import lock_order, locked_lines
from shop.payments.models import GatewayAccount, Payment, PaymentStatus
from shop.payments.tell import tell_paid

#: Late money waits for stock to come back; it is tried this often until the late window ends.
RETRY_LATE = dt.timedelta(minutes=1)
#: A buyer who pressed "pay" and got no answer looks again, and may by then have bought elsewhere.
INTENTION_LASTS = dt.timedelta(minutes=1)


class Outcome(StrEnum):
    PAID = "paid"
    SHORT = "short"
    SOLD_OUT = "sold out"
    TOO_LATE = "too late"
    NOT_DUE = "not due"


def pay(*, order_id: int, now: dt.datetime) -> Outcome:
    """PENDING or EXPIRED → PAID when receipts and wallet share cover the total and all units are ours, or none moves.

    Lines PAID, units ALLOCATED, order account → escrow; the buyer gets word; wakes verification. A wallet share is drawn here
    and nowhere else. Late money (within 24 hours of expiry) pays at the old price for all lines in full, else it stays on the
    order's account.
    """
    try:
        with failpoints.commit("pay"):
            order = lock_order(order_id)
            _attempt(order, now)
            return Outcome.PAID
    except _CannotPay as cannot:
        _look_again(order, cannot.outcome, now)
        return cannot.outcome


def _look_again(seen: Order, outcome: Outcome, now: dt.datetime) -> None:
    with failpoints.commit("cannot_pay"):
        order = lock_order(seen.pk)
        if order.status not in (OrderStatus.PENDING, OrderStatus.EXPIRED):
            # Somebody paid it meanwhile, and took the mark away.
            return
        again = now + RETRY_LATE if outcome is Outcome.SOLD_OUT and now < _last_moment(order) else None
        if order.pay_due_at != seen.pay_due_at:
            # More money came in since that attempt: the mark it set is not ours to take away.
            again = order.pay_due_at
        # An intention that stayed would be drawn when units come back, long after the buyer was told that nothing was paid.
        Order.objects.filter(pk=order.pk).update(pay_due_at=again, rest_due_at=now, wallet_share=0)


class _CannotPay(Exception):
    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome


def _last_moment(order: Order) -> dt.datetime:
    return order.reserved_until + LATE_WINDOW


def _attempt(order: Order, now: dt.datetime) -> None:
    """Make the order paid or raise _CannotPay, which takes back what was done until then."""
    if order.status not in (OrderStatus.PENDING, OrderStatus.EXPIRED):
        raise _CannotPay(Outcome.NOT_DUE)
    if now > _last_moment(order):
        raise _CannotPay(Outcome.TOO_LATE)
    lines = locked_lines(order)
    wanted = [(line.merchant_owner, AccountKind.ESCROW) for line in lines]
    funds, *escrows = accounts(order.currency, (order.owner, AccountKind.ORDER), *wanted)
    missing = order.total - (funds.balance or 0)
    if missing > _share(order, now):
        raise _CannotPay(Outcome.SHORT)
    try:
        by_sku = sorted(lines, key=lambda line: line.sku_id)
        for _sku, of_sku in groupby(by_sku, key=lambda line: line.sku_id):
            _secure(list(of_sku), order, now)
        if missing > 0:
            _draw_wallet(order, funds, missing, now)
    except (SoldOut, Crowded) as error:
        raise _CannotPay(Outcome.SOLD_OUT) from error
    except InsufficientFunds as error:
        raise _CannotPay(Outcome.SHORT) from error
    stakes = [Stake(line.ref, held, line.total) for line, held in zip(lines, escrows, strict=True)]
    journal = fund(source=funds, stakes=stakes, key=f"order:{order.pk}:paid", now=now)
    _make_paid(order, lines, journal.pk, now)
    if missing < 0:
        Order.objects.filter(pk=order.pk).update(rest_due_at=now)


def _share(order: Order, now: dt.datetime) -> int:
    """What may be drawn from the wallet: meant a moment ago, for an order that is still live."""
    meant_at = order.pay_due_at
    live = order.status == OrderStatus.PENDING and now < order.reserved_until
    return order.wallet_share if live and meant_at and now <= meant_at + INTENTION_LASTS else 0


def _secure(lines: Sequence[OrderLine], order: Order, now: dt.datetime) -> None:
    """Make the units of a SKU's lines their own for good: those they still have, else claimed anew; raises SoldOut."""
    lost = [line for line in lines if not _kept(line, order, now)]
    if not lost:
        return
    wants = [Want(line.sku, line.quantity, order.holder, now, order.holder, line.unit) for line in lost]
    for line, renewed in zip(lost, claim_each(wants=wants, now=now), strict=True):
        allocate(reservation_id=renewed.pk, quantity=line.quantity, now=now, actor=order.holder)
        line.reservation = renewed
        OrderLine.objects.filter(pk=line.pk).update(reservation=renewed)


def _kept(line: OrderLine, order: Order, now: dt.datetime) -> bool:
    """Whether the line still had all of its units, which are its own for good now; else it has none any more."""
    if not line.reservation_id or line.status != LineStatus.RESERVED:
        return False
    if allocate(reservation_id=line.reservation_id, quantity=line.quantity, now=now, actor=order.holder):
        return True
    release(reservation_id=line.reservation_id, now=now, actor="clock", reason="reservation lapsed")
    return False


def _draw_wallet(order: Order, funds: Account, missing: int, now: dt.datetime) -> None:
    """Take what is missing from the member's wallet, as a confirmed payment of gateway `wallet`; raises InsufficientFunds."""
    payment = Payment(
        order=order,
        account=wallet_account(order.currency),
        status=PaymentStatus.CONFIRMED,
        currency=order.currency,
        amount=missing,
        received=missing,
        started_at=now,
        confirmed_at=now,
    )
    payment.save(force_insert=True)
    begin([payment], now=now, actor=order.holder)
    wallet = account(owner=f"user:{order.user_id}", kind=AccountKind.WALLET, currency=order.currency)
    post(key=f"payment:{payment.pk}:confirmed", moves=[(wallet, -missing), (funds, missing)], now=now)


def wallet_account(currency: str) -> GatewayAccount:
    """The account under which payments from wallets are booked."""
    row, _created = GatewayAccount.objects.get_or_create(
        gateway="wallet", name="wallet", defaults={"currency": currency, "public_id": "wallet"}
    )
    return row


def _make_paid(order: Order, lines: list[OrderLine], seq: int, now: dt.datetime) -> None:
    for line in lines:
        _mark_paid(line, order, seq, now)
    move(
        order,
        OrderStatus.PAID,
        now=now,
        actor=order.holder,
        changes={"paid_at": now, "closed_at": None, "pay_due_at": None},
    )
    tell_paid(order, lines, now=now)
    wake("verify")


def _mark_paid(line: OrderLine, order: Order, seq: int, now: dt.datetime) -> None:
    terms = {
        "paid_seq": seq,
        "paid_at": now,
        "promised_by": _promised_by(line, now),
        "refund_by": now + dt.timedelta(seconds=line.refund_seconds),
    }
    move(line, LineStatus.PAID, now=now, actor=order.holder, changes=terms)


def _promised_by(line: OrderLine, now: dt.datetime) -> dt.datetime:
    if line.mode == Mode.AUTO:
        return now + dt.timedelta(seconds=line.promise_seconds)
    hours = Merchant.objects.values_list("opens", "closes").get(pk=line.merchant_id)
    promised = after_open_seconds(now, line.promise_seconds, *hours)
    # The money goes back by the clock on the wall; nothing is promised for later.
    return min(promised, now + dt.timedelta(seconds=line.refund_seconds))


def settleable(now: dt.datetime) -> list[int]:
    """Keys of orders that got money and were not yet tried, oldest first, at most 200."""
    return first(Order.objects.filter(pay_due_at__lte=now).order_by("pay_due_at"))
