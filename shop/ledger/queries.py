"""Reading balances."""

from shop.ledger.models import Account, AccountKind


def balance(*, owner: str, kind: AccountKind, currency: str) -> int:
    """Minor units on an account with a cached balance; 0 where there is no such account yet."""
    row = Account.objects.filter(owner=owner, kind=kind, currency=currency).values_list("balance", flat=True).first()
    return row or 0
