"""The ledger against itself: journals, balances, and what was captured."""

from collections.abc import Iterator
from typing import Any

from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from fulfillment.proof.violations import Look, Violation, question
from shop.ledger.models import FLOORED, Account, Entry, Journal
from shop.payments.models import Refund
from shop.payments.refunds import COUNTING


def journals_balance(_look: Look) -> Iterator[Violation]:
    """I1: the entries of each journal sum to zero in each currency, and no journal is empty."""
    for pk, currency, total in _unbalanced():
        yield Violation("I1", f"journal:{pk}", f"sums to {total} {currency}")
    for (pk,) in _empty():
        yield Violation("I1", f"journal:{pk}", "has no entries")


@question
def _unbalanced() -> QuerySet[Any, Any]:
    sums = Entry.objects.values("journal_id", "account__currency").annotate(total=Sum("amount")).filter(~Q(total=0))
    return sums.values_list("journal_id", "account__currency", "total")


@question
def _empty() -> QuerySet[Any, Any]:
    return Journal.objects.filter(entries=None).values_list("pk")


def balances_are_kept(_look: Look) -> Iterator[Violation]:
    """I2: a cached balance is the sum of its entries and not below zero; accounts without a floor cache none."""
    for pk, balance, total in _off_balance():
        yield Violation("I2", f"account:{pk}", f"says {balance}, its entries sum to {total}")
    for (pk,) in _needless():
        yield Violation("I2", f"account:{pk}", "keeps a balance though it has no floor")


@question
def _off_balance() -> QuerySet[Any, Any]:
    floored = Account.objects.filter(kind__in=FLOORED).annotate(total=Coalesce(Sum("entries__amount"), 0))
    wrong = floored.filter(Q(balance=None) | ~Q(balance=F("total")) | Q(balance__lt=0))
    return wrong.values_list("pk", "balance", "total")


@question
def _needless() -> QuerySet[Any, Any]:
    return Account.objects.exclude(kind__in=FLOORED).filter(balance__isnull=False).values_list("pk")


def refunds_were_captured(_look: Look) -> Iterator[Violation]:
    """I8: the refunds of a payment that have not failed sum to no more than it received."""
    for pk, total, received in _too_much_back():
        yield Violation("I8", f"payment:{pk}", f"gives back {total} of {received}")


@question
def _too_much_back() -> QuerySet[Any, Any]:
    sums = Refund.objects.filter(status__in=COUNTING).values("payment_id").annotate(total=Sum("amount"))
    more = sums.filter(Q(payment__received=None) | Q(total__gt=F("payment__received")))
    return more.values_list("payment_id", "total", "payment__received")
