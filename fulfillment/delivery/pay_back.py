"""Money back for what was not delivered of a line. Inner step of the clock and of whoever gives up delivering."""

import datetime as dt
from dataclasses import dataclass

from fulfillment.delivery.models import Fulfillment, FulfillmentStatus
from fulfillment.delivery.tell import tell_refunded
from kameng.lib.transitions import move
from shop.inventory import pieces
from shop.inventory.claim import release
from shop.ledger import escrow
from shop.ledger.models import AccountKind
from shop.ledger.post import account
from shop.orders.models import LineStatus, Order, OrderLine
from shop.orders.settle import settle
from shop.payments.refunds import Ask, lock_receipts, request

LIVE = (FulfillmentStatus.WAITING, FulfillmentStatus.RETRY, FulfillmentStatus.NEEDS_ATTENTION, FulfillmentStatus.RUNNING)


@dataclass(frozen=True, slots=True)
class Why:
    """Who ends the wait, and for what reason."""

    actor: str
    reason: str


def pay_back(*, line: OrderLine, order: Order, why: Why, now: dt.datetime) -> int:
    """What is not delivered of the line goes back, its stock is free again; returns the minor units.

    Nothing delivered: line → REFUNDED. A part: line → DELIVERED with that part, whose complaint window opens. Escrow → order
    → source or wallet. The caller holds order and line, which waits or is on its way, and has the line's merchant at hand.
    """
    rest, amount = line.waiting_quantity, line.undelivered_amount
    _end_line(line, rest, amount, why, now)
    lock_receipts(order)
    _end_fulfillment(line, why, now)
    _free_stock(line, rest, why, now)
    target = account(owner=order.owner, kind=AccountKind.ORDER, currency=order.currency)
    escrow.give_back(ref=line.ref, target=target, amount=amount, now=now)
    refunds = request(ask=Ask(order, amount, why.reason, line), now=now, actor=why.actor)
    settle(order=order, now=now, actor=why.actor)
    where = " ".join(sorted({refund.destination for refund in refunds}))
    tell_refunded(line, order, where=where, now=now)
    return amount


def _end_line(line: OrderLine, rest: int, amount: int, why: Why, now: dt.datetime) -> None:
    ends: dict[str, object] = {"refunded_quantity": rest, "refunded_amount": amount, "refunded_at": now}
    path = [LineStatus.REFUNDED]
    if line.delivered:
        ends |= {"delivered_at": now, "complaint_by": line.complaint_end(now)}
        path = [LineStatus.DELIVERED]
    move(line, *path, now=now, actor=why.actor, reason=why.reason, changes=ends)


def _end_fulfillment(line: OrderLine, why: Why, now: dt.datetime) -> None:
    row = Fulfillment.objects.select_for_update().filter(line=line, status__in=LIVE).first()
    if row is None:
        return
    path = [FulfillmentStatus.CANCELED]
    if line.delivered:
        running = row.status == FulfillmentStatus.RUNNING
        path = [FulfillmentStatus.DELIVERED] if running else [FulfillmentStatus.RUNNING, FulfillmentStatus.DELIVERED]
    changes = {"taken_by": None, "taken_until": None}
    move(row, *path, now=now, actor=why.actor, reason=why.reason, changes=changes)


def _free_stock(line: OrderLine, rest: int, why: Why, now: dt.datetime) -> None:
    if line.reservation_id is None:
        return
    if line.delivered:
        pieces.take_back(reservation_id=line.reservation_id, quantity=rest, why=pieces.Why(now, why.actor, why.reason))
    else:
        release(reservation_id=line.reservation_id, now=now, actor=why.actor, reason=why.reason)
