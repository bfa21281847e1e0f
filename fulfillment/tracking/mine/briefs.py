"""The rows of many orders at once, as far as a list tells of them: as many queries for a thousand as for one."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, TypeVar

from django.db.models import CharField, Count, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat

from fulfillment.delivery.models import Reveal
from fulfillment.tracking.queries import Rows
from shop.ledger.models import Account, AccountKind
from shop.orders.models import Order, OrderLine
from shop.payments.models import Payment, Refund


class OfOrder(Protocol):
    order_id: int


Row = TypeVar("Row", bound=OfOrder)


@dataclass(frozen=True)
class Brief(Rows):
    """An order among others: no keys, no log, and its balance instead of what moved it."""

    @cached_property
    def balance(self) -> int:
        """Minor units on the order's own account now."""
        return int(self.order.came)  # type: ignore[attr-defined]


def with_balance(orders: QuerySet[Order]) -> QuerySet[Order]:
    """Each order with `came`, the minor units on its own account."""
    owner = Concat(Value("order:"), Cast(OuterRef("pk"), CharField()))
    own = Account.objects.filter(owner=owner, kind=AccountKind.ORDER, currency=OuterRef("currency"))
    return orders.annotate(came=Coalesce(Subquery(own.values("balance")[:1]), Value(0)))


def briefs(orders: Sequence[Order]) -> list[Brief]:
    """What a list tells of these orders (read by `with_balance`), in their order; three queries."""
    lines = by_order(_lines(orders))
    payments = by_order(Payment.objects.filter(order__in=orders).select_related("account").order_by("pk"))
    refunds = by_order(Refund.objects.filter(order__in=orders).select_related("payment__account").order_by("pk"))
    return [
        Brief(
            order=order,
            lines=lines[order.pk],
            units={},
            payments=payments[order.pk],
            refunds=refunds[order.pk],
            reveals=(),
            steps=(),
            entries=(),
        )
        for order in orders
    ]


def _lines(orders: Sequence[Order]) -> QuerySet[OrderLine]:
    """Lines with what is on their cards; `opened` is how many of their keys were ever shown."""
    shown = Reveal.objects.filter(line=OuterRef("pk")).order_by().values("line")
    opened = Subquery(shown.annotate(n=Count("unit", distinct=True)).values("n"))
    rows = OrderLine.objects.filter(order__in=orders).annotate(opened=Coalesce(opened, Value(0)))
    return rows.select_related("sku__listing__category", "merchant", "fulfillment", "shipment").order_by("pk")


def by_order(rows: Iterable[Row]) -> dict[int, list[Row]]:
    """Rows by the key of their order."""
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.order_id].append(row)
    return found
