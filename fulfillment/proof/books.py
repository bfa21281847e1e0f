"""The ledger against the rows that money is moved for: gateways, escrow, promised refunds."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.db.models import F, QuerySet, Sum

from fulfillment.proof.violations import Look, Violation, question, rows
from shop.ledger.models import AccountKind, Entry, EscrowHold
from shop.payments.models import Destination, Payment, PaymentStatus, Refund, RefundStatus

#: (kind of account, owner, currency) → minor units.
Sums = dict[tuple[str, str, str], int]

# What a line was sold for is held until the line ends; what went back to the buyer meanwhile is not.
ESCROW_OF_LINES = """
    SELECT l.id, l.status, l.total - l.refunded_amount, h.amount - h.released - h.refunded
    FROM orders_orderline l LEFT JOIN ledger_escrowhold h ON h.ref = 'line:' || l.id
    WHERE CASE
        WHEN l.status IN ('RESERVED', 'RELEASED') THEN h.id IS NOT NULL
        WHEN h.id IS NULL OR h.amount <> l.total THEN TRUE
        WHEN l.status IN ('COMPLETED', 'REFUNDED') THEN h.amount <> h.released + h.refunded
        ELSE h.amount - h.released - h.refunded <> l.total - l.refunded_amount
    END"""

# A refund that is not with the gateway yet is paid from the order's account.
PROMISES_WITHOUT_MONEY = """
    SELECT r.order_id, SUM(r.amount), COALESCE(MAX(a.balance), 0)
    FROM payments_refund r
    LEFT JOIN ledger_account a ON a.owner = 'order:' || r.order_id AND a.kind = 'ORDER'
    WHERE r.status IN ('REQUESTED', 'MANUAL')
    GROUP BY r.order_id HAVING SUM(r.amount) > COALESCE(MAX(a.balance), 0)"""


def money_is_where_rows_say(_look: Look) -> Iterator[Violation]:
    """I7: clearing accounts hold what payments and refunds say, escrow accounts what their holds and lines say.

    That clearing is minus all the rest follows from journals that balance, and I1 owns that; this half the ledger cannot know.
    """
    booked = {(kind, owner, currency): total for kind, owner, currency, total in _booked()}
    expected = _expected()
    for kind, who, currency in sorted({**booked, **expected}):
        there, due = booked.get((kind, who, currency), 0), expected.get((kind, who, currency), 0)
        if there != due:
            yield Violation("I7", f"{who} {kind}", f"the ledger says {there} {currency}, the rows say {due}")
    for pk, status, kept, held in rows(ESCROW_OF_LINES):
        yield Violation("I7", f"line:{pk}", f"is {status} with {kept} not refunded, and {held} is held")
    for pk, promised, there in rows(PROMISES_WITHOUT_MONEY):
        yield Violation("I7", f"order:{pk}", f"promises refunds of {promised} and has {there}")


def _expected() -> Sums:
    """Minus what gateways took in for us, plus what they paid back; refunds on their way; what is held for merchants."""
    sums: Sums = defaultdict(int)
    for gateway, currency, total in _received():
        sums[AccountKind.GATEWAY, f"gateway:{gateway}", currency] -= total
    for gateway, currency, status, total in _refunds():
        kind = AccountKind.GATEWAY if status == RefundStatus.DONE else AccountKind.CLEARING
        sums[kind, f"gateway:{gateway}", currency] += total
    for owner, currency, total in _held():
        sums[AccountKind.ESCROW, owner, currency] += total
    return sums


@question
def _booked() -> QuerySet[Any, Any]:
    kinds = [AccountKind.GATEWAY, AccountKind.CLEARING, AccountKind.ESCROW]
    columns = ("account__kind", "account__owner", "account__currency")
    sums: QuerySet[Any, Any] = Entry.objects.filter(account__kind__in=kinds).values(*columns).annotate(total=Sum("amount"))
    return sums.values_list(*columns, "total")


@question
def _received() -> QuerySet[Any, Any]:
    # Wallets are inside our own books.
    confirmed = Payment.objects.filter(status=PaymentStatus.CONFIRMED).exclude(account__gateway="wallet")
    sums = confirmed.values("account_id", "currency").annotate(total=Sum("received"))
    return sums.values_list("account_id", "currency", "total")


@question
def _refunds() -> QuerySet[Any, Any]:
    moving = [RefundStatus.SUBMITTED, RefundStatus.UNKNOWN, RefundStatus.DONE]
    columns = ("payment__account_id", "payment__currency", "status")
    found = Refund.objects.filter(status__in=moving, destination=Destination.SOURCE)
    sums: QuerySet[Any, Any] = found.values(*columns).annotate(total=Sum("amount"))
    return sums.values_list(*columns, "total")


@question
def _held() -> QuerySet[Any, Any]:
    held = Sum(F("amount") - F("released") - F("refunded"))
    sums = EscrowHold.objects.values("account__owner", "account__currency").annotate(total=held)
    return sums.values_list("account__owner", "account__currency", "total")
