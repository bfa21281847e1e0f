"""How an order's page knows that something is new: one cheap query, the same for the page and for its polling."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import OuterRef, QuerySet

from fulfillment.delivery.models import FulfillmentEvent, Reveal
from shop.inventory.queries import BoundedCount
from shop.ledger.models import AccountKind, Entry
from shop.orders.expire import LATE_WINDOW
from shop.orders.models import FINAL_LINES, WAITING_LINES, LineEvent, LineStatus, Order, OrderEvent, OrderLine, OrderStatus
from shop.payments.models import PaymentEvent, Refund, RefundEvent, RefundStatus

#: A page where nothing can happen within seconds asks less often.
SLOW_SECONDS = 30
CLOSED_REFUNDS = (RefundStatus.DONE, RefundStatus.FAILED)


class Pace(StrEnum):
    """How often a page looks: adaptively, every half minute, or never again."""

    LIVE = "live"
    SLOW = "slow"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class State:
    """`version` changes whenever the page would look different; `pace` says how soon to ask again."""

    version: str
    pace: Pace


def state(order: Order, now: dt.datetime) -> State:
    """The state of the order's page at this moment."""
    counts = _counts(order, now)
    *seen, waiting, moving_refunds = counts
    parts = [
        *seen,
        int(order.reserved_until.timestamp()),
        int(order.reserved_until > now),
        int(order.pay_due_at is not None),
    ]
    if waiting:
        # The rail's "now" moves once a minute.
        parts.append(int(now.timestamp()) // 60)
    return State("-".join(f"{part:x}" for part in parts), _pace(order, now, waiting, moving_refunds))


def _counts(order: Order, now: dt.datetime) -> tuple[int, ...]:
    """Rows that only ever grow in number (events, reveals, entries), deadlines passed, then what is still under way."""
    lines = OrderLine.objects.filter(order=OuterRef("pk"))
    waiting = lines.filter(status__in=WAITING_LINES)
    refunds = Refund.objects.filter(order=OuterRef("pk")).exclude(status__in=CLOSED_REFUNDS)
    rows: list[QuerySet[Any]] = [
        OrderEvent.objects.filter(order=OuterRef("pk")),
        LineEvent.objects.filter(line__order=OuterRef("pk")),
        FulfillmentEvent.objects.filter(fulfillment__line__order=OuterRef("pk")),
        PaymentEvent.objects.filter(payment__order=OuterRef("pk")),
        RefundEvent.objects.filter(refund__order=OuterRef("pk")),
        Reveal.objects.filter(line__order=OuterRef("pk")),
        Entry.objects.filter(account__owner=order.owner, account__kind=AccountKind.ORDER),
        waiting.filter(promised_by__lte=now),
        waiting.filter(refund_by__lte=now),
        lines.filter(status=LineStatus.DELIVERED, complaint_by__lte=now),
        lines.exclude(status__in=FINAL_LINES).exclude(status=LineStatus.DELIVERED),
        refunds,
    ]
    counted = [BoundedCount(each.order_by().values("pk")) for each in rows]
    found: tuple[int, ...] = Order.objects.filter(pk=order.pk).values_list(*counted).get()
    return found


def _pace(order: Order, now: dt.datetime, waiting: int, moving_refunds: int) -> Pace:
    match order.status:
        case OrderStatus.EXPIRED:
            over = now > order.reserved_until + LATE_WINDOW and order.rest_due_at is None and not moving_refunds
            return Pace.LIVE if order.pay_due_at else Pace.STOP if over else Pace.SLOW
        case OrderStatus.COMPLETED | OrderStatus.CANCELED:
            ended = order.rest_due_at is None and not moving_refunds
            return Pace.STOP if ended else Pace.SLOW
        case _:
            return Pace.LIVE if waiting else Pace.SLOW
