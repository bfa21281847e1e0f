"""Nothing is forgotten: every row that is not at its end has a time at which a controller looks at it, or a person has it."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from fulfillment.delivery.models import DISPATCHABLE, Fulfillment, FulfillmentStatus, Shipment, ShipmentStatus
from fulfillment.proof.violations import Look, Violation, question, rows
from kameng.notices.models import Alarm
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
    for pk, status, order in _behind():
        yield Violation("I9", f"line:{pk}", f"is {status} in an order that is {order}")
    for name, text, forgotten in FORGOTTEN:
        for (pk,) in forgotten():
            yield Violation("I9", f"{name}:{pk}", text)
    for pk, status, balance in rows(FORGOTTEN_MONEY):
        yield Violation("I9", f"order:{pk}", f"is {status}, and nobody will look at the {balance} on its account")
    for pk, status, balance in rows(NOT_TRIED, (look.now - LATE_WINDOW,)):
        yield Violation("I9", f"order:{pk}", f"is {status}, and nobody will pay it with the {balance} on its account")


@question
def _behind() -> QuerySet[Any, Any]:
    """An order and its lines agree on how far they are, else no controller finds the one that is behind."""
    behind = (
        (Q(order__status=OrderStatus.PENDING) & ~Q(status=LineStatus.RESERVED))
        | (Q(order__status=OrderStatus.EXPIRED) & ~Q(status=LineStatus.RELEASED))
        | Q(order__status__in=[OrderStatus.PAID, OrderStatus.COMPLETED], status__in=UNPAID_LINES)
        | (Q(order__status__in=CLOSED) & ~Q(status__in=FINAL_LINES))
    )
    return OrderLine.objects.filter(behind).values_list("pk", "status", "order__status")


@question
def _unsettled() -> QuerySet[Any, Any]:
    still_open = Exists(OrderLine.objects.filter(order=OuterRef("pk")).exclude(status__in=FINAL_LINES))
    return Order.objects.filter(~still_open, status=OrderStatus.PAID).values_list("pk")


@question
def _without_deadline() -> QuerySet[Any, Any]:
    return OrderLine.objects.filter(status__in=WAITING_LINES, refund_by=None).values_list("pk")


@question
def _without_end() -> QuerySet[Any, Any]:
    return OrderLine.objects.filter(status=LineStatus.DELIVERED, complaint_by=None).values_list("pk")


@question
def _undelivered() -> QuerySet[Any, Any]:
    waiting = (*DISPATCHABLE, FulfillmentStatus.NEEDS_ATTENTION)
    at_work = Q(fulfillment__status=FulfillmentStatus.RUNNING)
    lost = (
        (Q(status=LineStatus.VERIFIED) & ~Q(fulfillment__status__in=waiting))
        # Whoever took it up has it for a time only.
        | (Q(status=LineStatus.DELIVERING) & ~(at_work & Q(fulfillment__taken_until__isnull=False)))
        | (Q(status=LineStatus.SHIPPED) & ~at_work)
    )
    return OrderLine.objects.filter(lost).values_list("pk")


@question
def _unwatched() -> QuerySet[Any, Any]:
    """Parcels on their way that no clock and nobody waits for."""
    told = Exists(Alarm.objects.filter(key=Concat(Value("shipment:"), Cast(OuterRef("pk"), CharField())), closed_at=None))
    watched = Q(status=ShipmentStatus.IN_TRANSIT, arrives_by__isnull=False) | (Q(status=ShipmentStatus.STALLED) & told)
    return Shipment.objects.filter(~watched, line__status=LineStatus.SHIPPED).values_list("pk")


@question
def _overdone() -> QuerySet[Any, Any]:
    live = Fulfillment.objects.exclude(status__in=[FulfillmentStatus.DELIVERED, FulfillmentStatus.CANCELED])
    return live.filter(line__status__in=[*FINAL_LINES, LineStatus.DELIVERED]).values_list("pk")


@question
def _ended_under_way() -> QuerySet[Any, Any]:
    """Parcels on their way for lines that have goods or money already."""
    under_way = Shipment.objects.filter(status__in=[ShipmentStatus.IN_TRANSIT, ShipmentStatus.STALLED])
    return under_way.exclude(line__status=LineStatus.SHIPPED).values_list("pk")


@question
def _unsent() -> QuerySet[Any, Any]:
    untried = Q(status__in=[RefundStatus.REQUESTED, RefundStatus.SUBMITTED, RefundStatus.UNKNOWN])
    unanswered = untried | Q(status=RefundStatus.FAILED, done_at=None)
    return Refund.objects.filter(unanswered, next_try_at=None).values_list("pk")


FORGOTTEN: tuple[tuple[str, str, Callable[[], Iterator[tuple[Any, ...]]]], ...] = (
    ("order", "is PAID, though all its lines have ended", _unsettled),
    ("line", "waits without a refund deadline", _without_deadline),
    ("line", "has a complaint window without an end", _without_end),
    ("line", "is to be delivered, and nobody will do it", _undelivered),
    ("shipment", "is on its way, and nobody waits for it", _unwatched),
    ("shipment", "is on its way for a line that is not", _ended_under_way),
    ("fulfillment", "goes on after its line has ended", _overdone),
    ("payment", "is open, and nobody will ask about it", partial(rows, NOT_ASKED)),
    ("refund", "is on its way, and nobody will go on", _unsent),
    ("refund", "waits for a person, and none was told", partial(rows, NOBODY_TOLD)),
)
