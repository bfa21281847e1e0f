"""Everything an order's page shows, in a number of queries that does not grow with its lines."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import CharField, F, Min, QuerySet, Value

from fulfillment.delivery.models import FulfillmentEvent, Reveal
from shop.inventory.models import StockUnit, UnitStatus
from shop.ledger.models import AccountKind, Entry
from shop.orders.models import LineEvent, Order, OrderEvent, OrderLine, OrderStatus
from shop.payments.leftover import PROMISED
from shop.payments.models import Payment, PaymentEvent, PaymentStatus, Refund, RefundEvent

#: Opening the same key a thousand times must not make the page heavy.
NEWEST_REVEALS = 200


class Step(NamedTuple):
    """One event row of anything that belongs to the order; `subject` is the key of its order, line, payment or refund."""

    kind: str
    subject: int
    pk: int
    source: str
    target: str
    at: dt.datetime
    actor: str
    reason: str


@dataclass(frozen=True)
class Rows:
    """The rows of one order."""

    order: Order
    lines: Sequence[OrderLine]
    units: dict[int, list[StockUnit]]
    payments: Sequence[Payment]
    refunds: Sequence[Refund]
    reveals: Sequence[Reveal]
    steps: Sequence[Step]
    entries: Sequence[Entry]

    @cached_property
    def receipts(self) -> list[Payment]:
        """Payments that brought money."""
        return [payment for payment in self.payments if payment.status == PaymentStatus.CONFIRMED]

    @cached_property
    def received(self) -> int:
        """Minor units that came in, whatever became of them."""
        return sum(payment.received or 0 for payment in self.receipts)

    @cached_property
    def balance(self) -> int:
        """Minor units on the order's own account now."""
        return sum(entry.amount for entry in self.entries)

    @cached_property
    def leftover(self) -> int:
        """Minor units that no line and no refund will take; see shop.payments.leftover."""
        if self.order.status == OrderStatus.PENDING:
            return 0
        return self.balance - sum(refund.amount for refund in self.refunds if refund.status in PROMISED)

    @cached_property
    def moved_to_wallet(self) -> list[Entry]:
        """Leftover that went to the member's wallet."""
        prefix = f"order:{self.order.pk}:rest:"
        return [entry for entry in self.entries if entry.journal.key.startswith(prefix)]

    def refunds_of(self, line: OrderLine | None) -> list[Refund]:
        """The refunds of one line, or of the order's leftover."""
        return [refund for refund in self.refunds if refund.line_id == (line.pk if line else None)]

    def steps_of(self, kind: str, subject: int) -> list[Step]:
        """The events of one row, oldest first."""
        return [step for step in self.steps if (step.kind, step.subject) == (kind, subject)]


def load(order: Order) -> Rows:
    """All rows of the order; seven queries."""
    steps = _steps(order)
    lines = OrderLine.objects.filter(order=order).order_by("pk")
    reveals = Reveal.objects.filter(line__order=order).select_related("entry").order_by("-pk")[:NEWEST_REVEALS]
    entries = Entry.objects.filter(account__owner=order.owner, account__kind=AccountKind.ORDER)
    return Rows(
        order=order,
        lines=list(lines.select_related("sku__listing__category", "sku__stats", "merchant", "fulfillment", "shipment")),
        units=_units(order),
        payments=list(Payment.objects.filter(order=order).select_related("account").order_by("pk")),
        refunds=list(Refund.objects.filter(order=order).select_related("payment__account").order_by("pk")),
        reveals=list(reveals)[::-1],
        steps=steps,
        entries=list(entries.select_related("journal").order_by("pk")),
    )


def _units(order: Order) -> dict[int, list[StockUnit]]:
    """Delivered units by line, in the order of sale, each with `opened`: when it was first shown. No sealed text is read."""
    rows = StockUnit.objects.filter(reservation__line__order=order, status=UnitStatus.DELIVERED)
    found: dict[int, list[StockUnit]] = defaultdict(list)
    for unit in rows.annotate(line=F("reservation__line"), opened=Min("reveals__at")).order_by("position"):
        found[unit.line].append(unit)
    return found


def _steps(order: Order) -> list[Step]:
    parts = [
        _part("order", OrderEvent.objects.filter(order=order), "order_id"),
        _part("line", LineEvent.objects.filter(line__order=order), "line_id"),
        _part("delivery", FulfillmentEvent.objects.filter(fulfillment__line__order=order), "fulfillment__line_id"),
        _part("payment", PaymentEvent.objects.filter(payment__order=order), "payment_id"),
        _part("refund", RefundEvent.objects.filter(refund__order=order), "refund_id"),
    ]
    rows = parts[0].union(*parts[1:], all=True)
    return sorted((Step(*row) for row in rows), key=lambda step: (step.at, _rank(step), step.pk))


def _rank(step: Step) -> int:
    """What causes what, for steps of one moment: the order is placed, money, the order is paid, lines, …, and its end."""
    if step.kind == "order" and step.target == OrderStatus.PENDING:
        return -1
    if step.kind == "order":
        return 5 if step.target in (OrderStatus.COMPLETED, OrderStatus.CANCELED) else 1
    return ("payment", "order", "line", "delivery", "refund").index(step.kind)


def _part(kind: str, events: QuerySet[Any], subject: str) -> Any:
    named = events.annotate(kind=Value(kind, output_field=CharField()), subject=F(subject))
    return named.order_by().values_list("kind", "subject", "pk", "from_status", "to_status", "at", "actor", "reason")
