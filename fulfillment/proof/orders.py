"""Lines add up to what was sold, and every receipt is what was due or somebody was told."""

from collections.abc import Iterator

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce

from fulfillment.proof.violations import Look, Violation, rows
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

    REFUNDED means in full; what a line gave back is the sum of its refunds; an order costs the sum of its lines, and has
    COMPLETED when anything of it was delivered, else it was CANCELED.
    """
    ended = Q(status__in=SOLD)
    wrong = (
        Q(quantity__lt=F("delivered") + F("refunded_quantity"))
        | (ended & ~Q(quantity=F("delivered") + F("refunded_quantity")))
        | Q(reversed_quantity__gt=F("delivered"))
        | Q(refunded_amount__gt=F("total"))
        | (Q(status=LineStatus.REFUNDED) & ~Q(refunded_amount=F("total")))
    )
    columns = ("pk", "status", "quantity", "delivered", "refunded_quantity", "refunded_amount")
    for pk, status, quantity, delivered, refunded, amount in (
        OrderLine.objects.filter(wrong).values_list(*columns).iterator()
    ):
        text = f"is {status}: {delivered} delivered and {refunded} refunded of {quantity}, {amount} given back"
        yield Violation("I5", f"line:{pk}", text)
    yield from _sums()


def _sums() -> Iterator[Violation]:
    back = OrderLine.objects.annotate(back=Coalesce(Sum("refunds__amount"), 0)).exclude(refunded_amount=F("back"))
    for pk, told, found in back.values_list("pk", "refunded_amount", "back").iterator():
        yield Violation("I5", f"line:{pk}", f"gave back {told}, its refunds sum to {found}")
    orders = Order.objects.annotate(cost=Coalesce(Sum("lines__total"), 0), came=Coalesce(Sum("lines__delivered"), 0))
    for pk, total, found in orders.exclude(total=F("cost")).values_list("pk", "total", "cost").iterator():
        yield Violation("I5", f"order:{pk}", f"costs {total}, its lines sum to {found}")
    misnamed = orders.filter(Q(status=OrderStatus.COMPLETED, came=0) | Q(status=OrderStatus.CANCELED, came__gt=0))
    for pk, status, came in misnamed.values_list("pk", "status", "came").iterator():
        yield Violation("I5", f"order:{pk}", f"is {status} with {came} units delivered")


def receipts_are_known(_look: Look) -> Iterator[Violation]:
    """I6: a gateway's trade number is one payment's; what came in is what was due, or an alarm says so."""
    confirmed = Payment.objects.filter(status=PaymentStatus.CONFIRMED).exclude(trade_no="")
    twice = confirmed.values("account_id", "trade_no").annotate(n=Count("pk")).filter(n__gt=1)
    for row in twice.iterator():
        yield Violation("I6", f"account:{row['account_id']}", f"trade {row['trade_no']} paid {row['n']} times")
    for pk, received, due, currency, ordered in rows(RECEIPTS_UNTOLD):
        text = f"brought {received} {currency} where {due} {ordered} was due, and nobody was told"
        yield Violation("I6", f"payment:{pk}", text)
