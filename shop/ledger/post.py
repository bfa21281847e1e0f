"""Posting: the only way money moves. Inner steps of the verbs above; they refuse to run outside a transaction."""

import datetime as dt
from collections.abc import Sequence
from functools import cache

from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from kameng.lib.compiled import Compiled, Slot
from kameng.lib.transitions import Refused
from shop.ledger.models import FLOORED, Account, AccountKind, Entry, Journal

Moves = Sequence[tuple[Account, int]]

SHIFT = "UPDATE ledger_account SET balance = balance + %s WHERE id = %s AND balance >= %s"


class InsufficientFunds(Refused):
    """An account with a floor would fall below zero; nothing was posted."""


def account(*, owner: str, kind: AccountKind, currency: str) -> Account:
    """The account, made at its first use."""
    found, _created = Account.objects.get_or_create(
        owner=owner, kind=kind, currency=currency, defaults={"balance": 0 if kind in FLOORED else None}
    )
    return found


def accounts(currency: str, *wanted: tuple[str, AccountKind]) -> list[Account]:
    """Several accounts by owner and kind, in one look; those that are missing are made. In the order asked for."""
    names = {
        f"{part}{n}": value for n, pair in enumerate(wanted) for part, value in zip(("owner", "kind"), pair, strict=True)
    }
    found = {(row.owner, row.kind): row for row in _several(len(wanted))(currency=currency, **names)}
    for owner, kind in sorted(set(wanted) - found.keys()):
        found[owner, kind] = _first(owner, kind, currency)
    return [found[each] for each in wanted]


@cache
def _several(count: int) -> Compiled[Account]:
    asked = Q()
    for n in range(count):
        asked |= Q(owner=Slot(f"owner{n}"), kind=Slot(f"kind{n}"))
    return Compiled(lambda: Account.objects.filter(asked, currency=Slot("currency")))


def _first(owner: str, kind: AccountKind, currency: str) -> Account:
    if kind != AccountKind.ORDER:
        return account(owner=owner, kind=kind, currency=currency)
    # Whoever makes an order's account holds the order, so nobody else makes it meanwhile.
    return Account.objects.create(owner=owner, kind=kind, currency=currency, balance=0)


def post(*, key: str, moves: Moves, now: dt.datetime, memo: str = "") -> Journal:
    """Write one journal of signed minor units that sum to zero, and keep the cached balances in step.

    Accounts are touched in the order of their keys. Raises InsufficientFunds where a floor would be broken, ValueError for
    moves that do not balance, IntegrityError when the key was posted before (the state that led here is then wrong).
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("money moves inside a transaction only")
    moves = [(where, amount) for where, amount in moves if amount]
    if sum(amount for _where, amount in moves) != 0 or not moves:
        raise ValueError("a journal moves something and sums to zero")
    if len({where.currency for where, _amount in moves}) != 1:
        raise ValueError("a journal has one currency")
    journal = Journal.objects.create(key=key, at=now, memo=memo)
    for where, amount in sorted(moves, key=lambda move: move[0].pk):
        _shift(where, amount)
    Entry.objects.bulk_create([Entry(journal=journal, account=where, amount=amount) for where, amount in moves])
    return journal


def _shift(where: Account, amount: int) -> None:
    if where.kind not in FLOORED:
        return
    with connection.cursor() as cursor:
        cursor.execute(SHIFT, [amount, where.pk, -amount])
        moved = cursor.rowcount
    if not moved:
        raise InsufficientFunds(_("There is not enough money in this account."))
