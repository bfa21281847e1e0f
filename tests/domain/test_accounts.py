"""Accounts that are used for the first time."""

import pytest

from shop.ledger.models import Account, AccountKind
from shop.ledger.post import accounts

pytestmark = pytest.mark.django_db


def test_missing_accounts_are_made_in_one_order_whoever_asks() -> None:
    """Two sales that first meet the same merchants the other way round would wait for each other's new rows."""
    wanted = [(f"merchant:{number}", AccountKind.ESCROW) for number in (7, 3, 9, 1, 8, 2, 6, 4, 5)]
    found = accounts("CNY", *wanted)
    assert [row.owner for row in found] == [owner for owner, _kind in wanted]
    assert list(Account.objects.order_by("pk").values_list("owner", flat=True)) == sorted(owner for owner, _kind in wanted)
