"""The ledger against itself: journals, balances, and what was captured."""

from collections.abc import Iterator

from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce

from fulfillment.proof.violations import Look, Violation
from shop.ledger.models import FLOORED, Account, Entry, Journal
from shop.payments.models import Refund
from shop.payments.refunds import COUNTING


def journals_balance(_look: Look) -> Iterator[Violation]:
    """I1: the entries of each journal sum to zero in each currency, and no journal is empty."""
    sums = Entry.objects.values("journal_id", "account__currency").annotate(total=Sum("amount")).filter(~Q(total=0))
    for row in sums.iterator():
        yield Violation("I1", f"journal:{row['journal_id']}", f"sums to {row['total']} {row['account__currency']}")
    for pk in Journal.objects.filter(entries=None).values_list("pk", flat=True).iterator():
        yield Violation("I1", f"journal:{pk}", "has no entries")


def balances_are_kept(_look: Look) -> Iterator[Violation]:
    """I2: a cached balance is the sum of its entries and not below zero; accounts without a floor cache none."""
    floored = Account.objects.filter(kind__in=FLOORED).annotate(total=Coalesce(Sum("entries__amount"), 0))
    wrong = floored.filter(Q(balance=None) | ~Q(balance=F("total")) | Q(balance__lt=0))
    for pk, balance, total in wrong.values_list("pk", "balance", "total").iterator():
        yield Violation("I2", f"account:{pk}", f"says {balance}, its entries sum to {total}")
    cached = Account.objects.exclude(kind__in=FLOORED).filter(balance__isnull=False)
    for pk in cached.values_list("pk", flat=True).iterator():
        yield Violation("I2", f"account:{pk}", "keeps a balance though it has no floor")


def refunds_were_captured(_look: Look) -> Iterator[Violation]:
    """I8: the refunds of a payment that have not failed sum to no more than it received."""
    sums = Refund.objects.filter(status__in=COUNTING).values("payment_id").annotate(total=Sum("amount"))
    more = sums.filter(Q(payment__received=None) | Q(total__gt=F("payment__received")))
    for row in more.values("payment_id", "total", "payment__received").iterator():
        yield Violation("I8", f"payment:{row['payment_id']}", f"gives back {row['total']} of {row['payment__received']}")
