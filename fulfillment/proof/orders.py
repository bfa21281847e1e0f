"""Lines add up to what was sold, and every receipt is what was due or somebody was told."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from fulfillment.proof.violations import Look, Violation, question, rows
from shop.orders.models import LineStatus, Order, OrderLine, OrderStatus
from shop.payments.models import Payment, PaymentStatus

SOLD = (LineStatus.COMPLETED, LineStatus.REFUNDED)

RECEIPTS_UNTOLD = """
    SELECT p.id, p.received, p.amount, p.currency, o.currency
    FROM payments_payment p JOIN orders_order o ON o.id = p.order_id
    LEFT JOIN notices_alarm a ON a.key = 'payment:' || p.id || ':amount'
    WHERE p.currency <> o.currency OR (p.received <> p.amount AND a.id IS NULL)"""


def lines_add_up(_look: Look) -> Iterator[Violation]:
    """I5: delivered + refunded is at most what was sold, and all of it at the end; money back is at most what was paid.

    REFUNDED means in full; what a line gave back is the sum of its refunds; an order costs the sum of its lines, and it is
    COMPLETED when anything of it was delivered, else CANCELED.
    """
    for pk, status, quantity, delivered, refunded, amount in _uneven():
        text = f"is {status}: {delivered} delivered and {refunded} refunded of {quantity}, {amount} given back"
        yield Violation("I5", f"line:{pk}", text)
    for pk, told, found in _refunded_otherwise():
        yield Violation("I5", f"line:{pk}", f"gave back {told}, its refunds sum to {found}")
    for pk, status, total, cost, came in _other_than_their_lines():
        yield Violation("I5", f"order:{pk}", f"is {status} and costs {total}: lines of {cost}, {came} units delivered")


@question
def _uneven() -> QuerySet[Any, Any]:
    wrong = (
        Q(quantity__lt=F("delivered") + F("refunded_quantity"))
        | (Q(status__in=SOLD) & ~Q(quantity=F("delivered") + F("refunded_quantity")))
        | Q(reversed_quantity__gt=F("delivered"))
        | Q(refunded_amount__gt=F("total"))
        | (Q(status=LineStatus.REFUNDED) & ~Q(refunded_amount=F("total")))
    )
    columns = ("pk", "status", "quantity", "delivered", "refunded_quantity", "refunded_amount")
    return OrderLine.objects.filter(wrong).values_list(*columns)


@question
def _refunded_otherwise() -> QuerySet[Any, Any]:
    lines = OrderLine.objects.annotate(back=Coalesce(Sum("refunds__amount"), 0)).exclude(refunded_amount=F("back"))
    return lines.values_list("pk", "refunded_amount", "back")


@question
def _other_than_their_lines() -> QuerySet[Any, Any]:
    orders = Order.objects.annotate(cost=Coalesce(Sum("lines__total"), 0), came=Coalesce(Sum("lines__delivered"), 0))
    misnamed = Q(status=OrderStatus.COMPLETED, came=0) | Q(status=OrderStatus.CANCELED, came__gt=0)
    return orders.filter(misnamed | ~Q(total=F("cost"))).values_list("pk", "status", "total", "cost", "came")


def receipts_are_known(_look: Look) -> Iterator[Violation]:
    """I6: a gateway's trade number is one payment's; what came in is what was due, or an alarm says so."""
    for gateway, trade, n in _trades_twice():
        yield Violation("I6", f"account:{gateway}", f"trade {trade} paid {n} times")
    for pk, received, due, currency, ordered in rows(RECEIPTS_UNTOLD):
        text = f"brought {received} {currency} where {due} {ordered} was due, and nobody was told"
        yield Violation("I6", f"payment:{pk}", text)


@question
def _trades_twice() -> QuerySet[Any, Any]:
    confirmed = Payment.objects.filter(status=PaymentStatus.CONFIRMED).exclude(trade_no="")
    twice = confirmed.values("account_id", "trade_no").annotate(n=Count("pk")).filter(n__gt=1)
    return twice.values_list("account_id", "trade_no", "n")
