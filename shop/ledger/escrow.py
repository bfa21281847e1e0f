"""Escrow: the money of one paid line, until its complaint window is over. Inner steps; `ref` is opaque."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import F

from shop.ledger.models import Account, AccountKind, EscrowHold, Journal
from shop.ledger.post import InsufficientFunds, account, post


@dataclass(frozen=True, slots=True)
class Stake:
    """What is held for one line, in minor units, and on which merchant's escrow account."""

    ref: str
    escrow: Account
    amount: int


def fund(*, source: Account, stakes: list[Stake], key: str, now: dt.datetime) -> Journal:
    """Move money from `source` into one hold a stake, in one journal, which it returns; raises InsufficientFunds."""
    total = sum(s.amount for s in stakes)
    moves = [(s.escrow, s.amount) for s in stakes]
    EscrowHold.objects.bulk_create([EscrowHold(ref=s.ref, account=s.escrow, amount=s.amount) for s in stakes])
    return post(key=key, moves=[(source, -total), *moves], now=now)


def release(*, ref: str, commission: int, now: dt.datetime) -> int:
    """Give what is still held to the merchant, less the commission; returns what was released (0: nothing was held)."""
    hold = EscrowHold.objects.select_for_update(of=("self",)).select_related("account").get(ref=ref)
    amount = hold.held
    if not amount:
        return 0
    EscrowHold.objects.filter(pk=hold.pk).update(released=F("released") + amount)
    currency = hold.account.currency
    moves = [
        (hold.account, -amount),
        (account(owner=hold.account.owner, kind=AccountKind.PAYABLE, currency=currency), amount - commission),
        (account(owner="platform", kind=AccountKind.COMMISSION, currency=currency), commission),
    ]
    post(key=f"{ref}:release", moves=moves, now=now)
    return amount


def give_back(*, ref: str, target: Account, amount: int, now: dt.datetime) -> None:
    """Move `amount` of the hold to `target` (the order's account); raises InsufficientFunds when less is held."""
    hold = EscrowHold.objects.select_related("account").get(ref=ref)
    guarded = EscrowHold.objects.filter(pk=hold.pk, amount__gte=F("released") + F("refunded") + amount)
    if not guarded.update(refunded=F("refunded") + amount):
        raise InsufficientFunds(f"{ref} holds less than {amount}")
    post(key=f"{ref}:refund", moves=[(hold.account, -amount), (target, amount)], now=now)
