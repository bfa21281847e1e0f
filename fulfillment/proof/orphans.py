"""Nothing is forgotten: every row that is not at its end has a time at which a controller looks at it, or a person has it."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from fulfillment.delivery.models import DISPATCHABLE, Fulfillment, FulfillmentStatus
from fulfillment.proof.violations import Look, Violation, rows
from shop.orders.expire import LATE_WINDOW
from shop.orders.models import FINAL_LINES, WAITING_LINES, LineStatus, Order, OrderLine, OrderStatus
from shop.payments.models import Refund, RefundStatus

UNPAID_LINES = (LineStatus.RESERVED, LineStatus.RELEASED)
CLOSED = (OrderStatus.COMPLETED, OrderStatus.CANCELED)

# What lies on an order's account is due for a settlement, or for its leftover, or promised to a refund.
FORGOTTEN_MONEY = """
    SELECT o.id, o.status, a.balance FROM ledger_account a JOIN orders_order o ON a.owner = 'order:' || o.id
    WHERE a.kind = 'ORDER' AND a.balance > 0 AND o.pay_due_at IS NULL AND o.rest_due_at IS NULL AND a.balance > (
        SELECT COALESCE(SUM(r.amount), 0) FROM payments_refund r
        WHERE r.order_id = o.id AND r.status IN ('REQUESTED', 'MANUAL'))"""

# While money still buys the goods, an order that has enough of it must be tried.
NOT_TRIED = """
    SELECT o.id, o.status, a.balance FROM ledger_account a JOIN orders_order o ON a.owner = 'order:' || o.id
    WHERE a.kind = 'ORDER' AND a.balance >= o.total AND o.pay_due_at IS NULL
      AND o.status IN ('PENDING', 'EXPIRED') AND o.reserved_until > %s"""

# A gateway's answer that cannot be ours is a person's.
NOT_ASKED = """
    SELECT p.id FROM payments_payment p
    LEFT JOIN notices_alarm a ON a.key = 'payment:' || p.id || ':query' AND a.closed_at IS NULL
    WHERE p.status IN ('CREATED', 'PENDING', 'UNKNOWN') AND p.next_query_at IS NULL AND a.id IS NULL"""

NOBODY_TOLD = """
    SELECT r.id FROM payments_refund r LEFT JOIN notices_alarm a ON a.key = 'refund:' || r.id AND a.closed_at IS NULL
    WHERE r.status = 'MANUAL' AND a.id IS NULL"""


def everything_goes_on(look: Look) -> Iterator[Violation]:
    """I9: no order, line, payment or refund short of its end is without a due row of a controller or a person."""
    yield from _orders()
    yield from _lines()
    yield from _fulfillments()
    yield from _money(look)


def _orders() -> Iterator[Violation]:
    """An order and its lines agree on how far they are, else no controller finds the one that is behind."""
    behind = (
        (Q(order__status=OrderStatus.PENDING) & ~Q(status=LineStatus.RESERVED))
        | (Q(order__status=OrderStatus.EXPIRED) & ~Q(status=LineStatus.RELEASED))
        | Q(order__status__in=[OrderStatus.PAID, OrderStatus.COMPLETED], status__in=UNPAID_LINES)
        | (Q(order__status__in=CLOSED) & ~Q(status__in=FINAL_LINES))
    )
    for pk, status, order in OrderLine.objects.filter(behind).values_list("pk", "status", "order__status").iterator():
        yield Violation("I9", f"line:{pk}", f"is {status} in an order that is {order}")
    still_open = Exists(OrderLine.objects.filter(order=OuterRef("pk")).exclude(status__in=FINAL_LINES))
    unsettled = Order.objects.filter(~still_open, status=OrderStatus.PAID)
    yield from _each(unsettled, "order", "is PAID, though all its lines have ended")


def _lines() -> Iterator[Violation]:
    yield from _each(
        OrderLine.objects.filter(status__in=WAITING_LINES, refund_by=None), "line", "waits without a refund deadline"
    )
    yield from _each(
        OrderLine.objects.filter(status=LineStatus.DELIVERED, complaint_by=None),
        "line",
        "has a complaint window without an end",
    )


def _fulfillments() -> Iterator[Violation]:
    """A line on its way has a fulfillment that somebody takes further; one that has ended has none."""
    waiting = (*DISPATCHABLE, FulfillmentStatus.NEEDS_ATTENTION)
    lost = (Q(status=LineStatus.VERIFIED) & ~Q(fulfillment__status__in=waiting)) | (
        Q(status=LineStatus.DELIVERING) & ~Q(fulfillment__status=FulfillmentStatus.RUNNING)
    )
    yield from _each(OrderLine.objects.filter(lost), "line", "is to be delivered, and nobody will do it")
    live = Fulfillment.objects.exclude(status__in=[FulfillmentStatus.DELIVERED, FulfillmentStatus.CANCELED])
    ended = live.filter(line__status__in=[*FINAL_LINES, LineStatus.DELIVERED])
    yield from _each(ended, "fulfillment", "goes on after its line has ended")


def _money(look: Look) -> Iterator[Violation]:
    for (pk,) in rows(NOT_ASKED):
        yield Violation("I9", f"payment:{pk}", "is open, and nobody will ask about it")
    untried = Q(status__in=[RefundStatus.REQUESTED, RefundStatus.SUBMITTED, RefundStatus.UNKNOWN])
    unanswered = untried | Q(status=RefundStatus.FAILED, done_at=None)
    yield from _each(Refund.objects.filter(unanswered, next_try_at=None), "refund", "is on its way, and nobody will go on")
    for (pk,) in rows(NOBODY_TOLD):
        yield Violation("I9", f"refund:{pk}", "waits for a person, and none was told")
    for pk, status, balance in rows(FORGOTTEN_MONEY):
        yield Violation("I9", f"order:{pk}", f"is {status}, and nobody will look at the {balance} on its account")
    for pk, status, balance in rows(NOT_TRIED, (look.now - LATE_WINDOW,)):
        yield Violation("I9", f"order:{pk}", f"is {status}, and nobody will pay it with the {balance} on its account")


def _each(found: QuerySet[Any], name: str, text: str) -> Iterator[Violation]:
    for pk in found.values_list("pk", flat=True).iterator():
        yield Violation("I9", f"{name}:{pk}", text)
