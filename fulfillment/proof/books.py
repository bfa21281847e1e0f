"""The ledger against the rows that money is moved for: gateways, escrow, promised refunds."""

from collections.abc import Iterator
from typing import Any

from django.db.models import F, QuerySet, Sum
from django.db.models.expressions import Combinable

from fulfillment.proof.violations import Look, Violation, rows
from shop.ledger.models import AccountKind, Entry, EscrowHold
from shop.payments.models import Destination, Payment, PaymentStatus, Refund, RefundStatus

#: (who, currency) → minor units.
Sums = dict[tuple[Any, str], int]

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
    yield from _compare(AccountKind.GATEWAY, _expected_at_gateways())
    yield from _compare(AccountKind.CLEARING, _refunds(RefundStatus.SUBMITTED, RefundStatus.UNKNOWN))
    held = F("amount") - F("released") - F("refunded")
    yield from _compare(AccountKind.ESCROW, _sums(EscrowHold.objects.all(), "account__owner", "account__currency", held))
    for pk, status, kept, held_now in rows(ESCROW_OF_LINES):
        yield Violation("I7", f"line:{pk}", f"is {status} with {kept} not refunded, and {held_now} is held")
    for pk, promised, there in rows(PROMISES_WITHOUT_MONEY):
        yield Violation("I7", f"order:{pk}", f"promises refunds of {promised} and has {there}")


def _expected_at_gateways() -> Sums:
    """Minus what a gateway took in for us, plus what it paid back; wallets are inside our own books."""
    confirmed = Payment.objects.filter(status=PaymentStatus.CONFIRMED).exclude(account__gateway="wallet")
    taken = _owned(_sums(confirmed, "account_id", "currency", "received"))
    given = _refunds(RefundStatus.DONE)
    return {key: given.get(key, 0) - taken.get(key, 0) for key in {**taken, **given}}


def _refunds(*statuses: RefundStatus) -> Sums:
    found = Refund.objects.filter(status__in=statuses, destination=Destination.SOURCE)
    return _owned(_sums(found, "payment__account_id", "payment__currency", "amount"))


def _owned(sums: Sums) -> Sums:
    return {(f"gateway:{pk}", currency): total for (pk, currency), total in sums.items()}


def _sums(found: QuerySet[Any], who: str, currency: str, what: str | Combinable) -> Sums:
    grouped = found.order_by().values_list(who, currency).annotate(total=Sum(what))
    return {(name, code): total for name, code, total in grouped.values_list(who, currency, "total")}


def _compare(kind: AccountKind, expected: Sums) -> Iterator[Violation]:
    found = _sums(Entry.objects.filter(account__kind=kind), "account__owner", "account__currency", "amount")
    for who, currency in sorted({**found, **expected}):
        there, due = found.get((who, currency), 0), expected.get((who, currency), 0)
        if there != due:
            yield Violation("I7", f"{who} {kind}", f"the ledger says {there} {currency}, the rows say {due}")
