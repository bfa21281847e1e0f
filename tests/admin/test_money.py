"""What a merchant reads of the money: whose it is, by name, and how much."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kameng.accounts.roles import MerchantRole
from shop.ledger.models import Account, AccountKind, Journal
from tests import factories
from tests.admin.people import platform, signed_in, staff

pytestmark = pytest.mark.django_db

LIST = "admin:ledger_account_changelist"


def test_a_merchant_reads_what_is_held_in_escrow() -> None:
    line = factories.line_of(factories.delivered_order(quantity=2))
    client = signed_in(staff("Fay", line.merchant, MerchantRole.FINANCE))
    escrow = Account.objects.get(owner=line.merchant_owner, kind=AccountKind.ESCROW)
    assert escrow.balance is None
    for address in (reverse(LIST), reverse("admin:ledger_account_change", args=[escrow.pk])):
        page = client.get(address).content.decode()
        assert "¥196.00" in page
        assert line.merchant.name in page
        assert line.merchant_owner not in page


def test_every_account_has_a_balance_and_an_owner_that_can_be_read() -> None:
    line = factories.line_of(factories.delivered_order())
    client = signed_in(platform())
    client.get(reverse(LIST))
    with CaptureQueriesContext(connection) as queries:
        page = client.get(reverse(LIST)).content.decode()
    assert len(queries) <= 12
    assert line.merchant.name in page
    assert "-¥98.00" in page
    assert line.merchant_owner not in page
    found = client.get(reverse(LIST), {"q": line.merchant.name[:4]}).context["cl"]
    assert {row.owner for row in found.result_list} == {line.merchant_owner}


def test_a_journal_names_the_accounts_it_moved_between() -> None:
    line = factories.line_of(factories.delivered_order())
    journal = Journal.objects.get(key=f"order:{line.order_id}:paid")
    page = signed_in(platform()).get(reverse("admin:ledger_journal_change", args=[journal.pk])).content.decode()
    assert f"{line.merchant.name} · 担保" in page
