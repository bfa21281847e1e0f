"""Nothing waits for ever: what is not at its end has somebody who will take it further (I9), and soon enough (I12)."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import QuerySet

from fulfillment.delivery.models import DISPATCHABLE, Fulfillment, Shipment, ShipmentStatus
from fulfillment.proof.violations import Look, Violation
from kameng.notices.models import Notification
from kameng.tasks import failing
from kameng.tasks.models import FailingRow
from shop.catalog.models import Mode
from shop.inventory.models import Intake
from shop.orders.models import WAITING_LINES, LineStatus, LookUp, Order, OrderLine, OrderStatus
from shop.payments.models import OPEN_PAYMENTS, Payment, Refund, RefundStatus

#: A controller that leaves a due row alone for longer is not running.
PATIENCE = dt.timedelta(minutes=10)
ON_THE_WAY = (RefundStatus.REQUESTED, RefundStatus.SUBMITTED, RefundStatus.UNKNOWN, RefundStatus.FAILED)

#: Controller → rows that were due at a moment (and, for lines, still are the controller's now).
Due = Callable[[dt.datetime, dt.datetime], QuerySet[Any]]
DUE: dict[str, Due] = {
    "expire": lambda late, _now: Order.objects.filter(status=OrderStatus.PENDING, reserved_until__lte=late),
    "pay": lambda late, _now: Order.objects.filter(pay_due_at__lte=late),
    "leftover": lambda late, _now: Order.objects.filter(rest_due_at__lte=late),
    "query": lambda late, _now: Payment.objects.filter(status__in=OPEN_PAYMENTS, next_query_at__lte=late),
    "refund": lambda late, _now: Refund.objects.filter(status__in=ON_THE_WAY, next_try_at__lte=late),
    "verify": lambda late, now: OrderLine.objects.filter(status=LineStatus.PAID, paid_at__lte=late, refund_by__gt=now),
    "deliver": lambda late, now: Fulfillment.objects.filter(
        status__in=DISPATCHABLE,
        next_try_at__lte=late,
        line__status=LineStatus.VERIFIED,
        line__mode=Mode.AUTO,
        line__refund_by__gt=now,
    ),
    "lookup": lambda late, _now: LookUp.objects.filter(asked_at__lte=late),
    "forget": lambda late, _now: Fulfillment.objects.filter(taken_until__lte=late, line__status=LineStatus.DELIVERING),
    "parcels": lambda late, _now: Shipment.objects.filter(status=ShipmentStatus.IN_TRANSIT, arrives_by__lte=late),
    "clock": lambda late, _now: OrderLine.objects.filter(status__in=WAITING_LINES, refund_by__lte=late),
    "complete": lambda late, _now: OrderLine.objects.filter(status=LineStatus.DELIVERED, complaint_by__lte=late),
    "mail": lambda late, _now: Notification.objects.filter(sent_at=None, next_try_at__lte=late),
    "intake": lambda late, _now: Intake.objects.filter(ended_at=None, worked_at__lte=late),
    "rejects": lambda late, _now: Intake.objects.filter(rejects_until__lte=late),
    "stuck": lambda late, _now: FailingRow.objects.filter(attempts__gte=failing.PATIENCE, told=0, next_try_at__lte=late),
}


def due_rows_are_taken(look: Look) -> Iterator[Violation]:
    """I12: no row has been due for a controller for more than ten minutes. (Figures of `measure` are no promise.)"""
    for name, due in DUE.items():
        for pk in due(look.now - PATIENCE, look.now).values_list("pk", flat=True).iterator():
            yield Violation("I12", f"{name}:{pk}", f"has waited for {name} for more than {PATIENCE}")
