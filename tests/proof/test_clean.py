"""A shop in which everything happened that can happen breaks no invariant; the command says so, and says what is broken."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from fulfillment.proof.check import INVARIANTS, NOT_ASKED, TITLES, check
from fulfillment.proof.violations import Look
from kameng.lib import clock
from shop.ledger.models import Account, AccountKind
from tests.proof import busy


def _broken() -> None:
    """A wallet with a fen that no entry gave it."""
    Account.objects.create(owner="user:0", kind=AccountKind.WALLET, currency="CNY", balance=1)


def _asked(*options: str) -> tuple[int, str]:
    """The exit code of the command, and what it said."""
    said = StringIO()
    try:
        with clock.at(busy.NOW):
            call_command("check_invariants", *options, stdout=said)
    except SystemExit as end:
        return int(end.code or 0), said.getvalue()
    return 0, said.getvalue()


@pytest.mark.django_db
def test_a_busy_shop_breaks_nothing() -> None:
    busy.busy_shop()
    assert [violation for finding in check(Look(busy.NOW)) for violation in finding.violations] == []


@pytest.mark.django_db
def test_the_command_says_that_all_holds() -> None:
    code, said = _asked()
    assert code == 0
    assert said.endswith("All invariants hold.\n")


@pytest.mark.django_db
def test_each_row_says_what_it_is_about_and_no_number_is_left_out() -> None:
    assert list(TITLES) == list(INVARIANTS)
    rows = _asked()[1].splitlines()[:-1]
    assert {row.split()[0] for row in rows} == {f"I{number}" for number in range(1, 19)}
    for row in rows:
        code = row.split()[0]
        assert row.endswith({**TITLES, **NOT_ASKED}[code])


@pytest.mark.django_db
def test_the_command_fails_and_says_what_is_broken() -> None:
    _broken()
    code, said = _asked()
    assert code == 1
    assert "says 1, its entries sum to 0" in said
    assert said.endswith("Broken: I2\n")


@pytest.mark.django_db
def test_the_command_tells_machines_the_same() -> None:
    _broken()
    code, said = _asked("--json")
    told = json.loads(said)
    assert (code, told["ok"], told["at"]) == (1, False, busy.NOW.isoformat())
    assert list(told["invariants"]) == list(INVARIANTS)
    assert [name for name, one in told["invariants"].items() if one["violations"]] == ["I2"]


@pytest.mark.django_db(transaction=True)
def test_the_check_reads_one_moment_and_leaves_the_connection_as_it_was() -> None:
    _broken()
    assert _asked()[0] == 1
    Account.objects.all().delete()
    assert _asked()[0] == 0
