"""A day's statement against our books: every planted error is found, and nothing else."""

import datetime as dt
import random
from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from kameng.lib.transitions import begin
from kameng.notices import alarms
from kameng.notices.models import Alarm
from kameng.tasks.registry import run_all
from shop.orders.models import Order
from shop.payments.gateways.base import Ambiguous, StatementLine
from shop.payments.gateways.sandbox.models import SandboxTrade
from shop.payments.models import GatewayAccount, Payment, Refund
from shop.payments.reconcile import Kind, reconcile
from tests.factories import NOON, pay_order, place_order, receive
from tests.harness.scale import scale
from tests.payments.fakes import FakeGateway
from tests.payments.test_sweep import fake_account

pytestmark = pytest.mark.django_db

Fake = type[FakeGateway]
TODAY = dt.date(2026, 11, 22)
LINES = scale(1_000, 10_000)
PLANTED = 50
NEXT_DAY = NOON + dt.timedelta(days=1)


def run(*options: str) -> tuple[int, str]:
    """Exit code and output of the command."""
    out = StringIO()
    try:
        call_command("reconcile", f"--day={TODAY}", *options, stdout=out)
    except SystemExit as ended:
        return int(str(ended.code)), out.getvalue()
    return 0, out.getvalue()


def books(account: GatewayAccount, count: int) -> list[StatementLine]:
    """So many confirmed payments of one day, an eighth of them refunded in part; the true statement of that day."""
    order = place_order()
    moment = NOON - dt.timedelta(hours=3)
    payments = [
        Payment(
            order=order,
            account=account,
            currency="CNY",
            amount=9800 + i,
            received=9800 + i,
            trade_no=f"T{i}",
            status="CONFIRMED",
            started_at=moment,
            confirmed_at=moment + dt.timedelta(milliseconds=i),
        )
        for i in range(count - count // 8)
    ]
    with transaction.atomic():
        Payment.objects.bulk_create(payments)
        begin(payments, now=moment, actor="test")
        refunds = [_refund(payment, order, moment) for payment in payments[: count // 8]]
        Refund.objects.bulk_create(refunds)
        begin(refunds, now=moment, actor="test")
    paid = [StatementLine(row.number, row.trade_no, row.received or 0, "CNY", moment) for row in payments]
    return paid + [StatementLine(row.number, f"R{row.number[:8]}", -row.amount, "CNY", moment) for row in refunds]


def _refund(payment: Payment, order: Order, moment: dt.datetime) -> Refund:
    said = {"status": "DONE", "destination": "SOURCE", "reason": "test", "requested_at": moment, "done_at": moment}
    return Refund(payment=payment, order=order, amount=100, **said)


def planted(lines: list[StatementLine], dice: random.Random) -> tuple[list[StatementLine], set[tuple[str, str]]]:
    """The statement with errors of every kind put in, and what each of them must be called."""
    statement, expected = list(lines), set()
    victims = dice.sample(range(len(lines)), PLANTED)
    kinds = [Kind.MISSING_THERE, Kind.MISSING_HERE, Kind.AMOUNT, Kind.CURRENCY, Kind.DUPLICATE]
    for turn, at in enumerate(victims):
        kind, line = kinds[turn % len(kinds)], lines[at]
        changed = line
        if kind is Kind.MISSING_HERE:
            changed = replace(line, number=f"{turn:032x}")
            statement.append(changed)
        elif kind is Kind.DUPLICATE:
            statement.append(line)
        elif kind is Kind.AMOUNT:
            changed = statement[at] = replace(
                line, amount=line.amount + dice.choice([1, 5, 100]) * (1 if line.amount > 0 else -1)
            )
        elif kind is Kind.CURRENCY:
            changed = statement[at] = replace(line, currency="USD")
        expected.add((str(kind), changed.number))
    gone = {number for kind, number in expected if kind == Kind.MISSING_THERE}
    left = [line for line in statement if line.number not in gone]
    dice.shuffle(left)
    return left, expected


@pytest.mark.drill
def test_every_planted_error_is_found_and_nothing_else(fake: Fake) -> None:
    account = fake_account()
    fake.days[TODAY], expected = planted(books(account, LINES), random.Random(20261122))
    assert len(expected) == PLANTED
    found = reconcile(account=account, day=TODAY, now=NEXT_DAY)
    assert {(str(each.kind), each.number) for each in found} == expected
    assert len(found) == Alarm.objects.count() == PLANTED


def test_a_true_statement_raises_nothing(fake: Fake) -> None:
    account = fake_account()
    fake.days[TODAY] = books(account, 40)
    assert reconcile(account=account, day=TODAY, now=NEXT_DAY) == []
    assert run() == (0, "2026-11-22: 0 differences in 1 statements.\n")
    assert not Alarm.objects.exists()


def test_running_again_finds_the_same_and_changes_nothing(fake: Fake) -> None:
    account = fake_account()
    fake.days[TODAY] = books(account, 16)[1:]
    code, said = run()
    assert code == 1
    assert said.splitlines()[-1] == "2026-11-22: 1 differences in 1 statements."
    alarms.close(alarm_id=Alarm.objects.get().pk, by="user:1", now=NOON)
    before = list(Alarm.objects.values())
    assert run() == (code, said)
    assert list(Alarm.objects.values()) == before


def test_money_the_gateway_has_and_we_never_confirmed_is_found(fake: Fake) -> None:
    account = fake_account()
    order = place_order()
    row = Payment.objects.create(order=order, account=account, currency="CNY", amount=9800, started_at=NOON)
    fake.days[TODAY] = [StatementLine(row.number, "T1", 9800, "CNY", NOON)]
    assert [(each.kind, each.number) for each in reconcile(account=account, day=TODAY, now=NEXT_DAY)] == [
        (Kind.MISSING_HERE, row.number)
    ]


def test_another_trade_under_our_number_is_found(fake: Fake) -> None:
    account = fake_account()
    (line,) = books(account, 1)
    fake.days[TODAY] = [replace(line, trade_no="T-other")]
    assert [each.kind for each in reconcile(account=account, day=TODAY, now=NEXT_DAY)] == [Kind.TRADE]


def test_one_account_does_not_answer_for_another(fake: Fake) -> None:
    account = fake_account()
    other = GatewayAccount.objects.create(gateway="fake", name="other", currency="CNY")
    lines = books(account, 4)
    fake.days[TODAY] = lines
    assert reconcile(account=account, day=TODAY, now=NEXT_DAY) == []
    assert [each.kind for each in reconcile(account=other, day=TODAY, now=NEXT_DAY)] == [Kind.MISSING_HERE] * 4


@pytest.mark.parametrize("neighbour", [TODAY - dt.timedelta(days=1), TODAY + dt.timedelta(days=1)])
def test_money_around_midnight_may_stand_in_the_next_days_statement(fake: Fake, neighbour: dt.date) -> None:
    account = fake_account()
    fake.days[neighbour] = books(account, 8)
    assert reconcile(account=account, day=TODAY, now=NEXT_DAY) == []


def test_the_sandboxs_own_statement_agrees_with_the_shop(noon: dt.datetime) -> None:
    order = pay_order()
    run_all(now=noon + dt.timedelta(hours=1), only={"clock", "refund"})
    pay_order(place_order(), amount=9900)
    assert Refund.objects.get(order=order).status == "DONE"
    assert run("--gateway=sandbox") == (0, "2026-11-22: 0 differences in 1 statements.\n")
    SandboxTrade.objects.filter(number=order.payments.get().number).delete()
    receive(place_order(), 9800)
    code, said = run("--gateway=sandbox")
    assert (code, said.splitlines()[-1]) == (1, "2026-11-22: 2 differences in 1 statements.")


def test_a_gateway_without_a_statement_is_an_error_and_not_an_agreement(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_account()

    def down(self: FakeGateway, day: dt.date) -> list[StatementLine]:
        raise Ambiguous("time-out")

    monkeypatch.setattr(fake, "statement", down)
    with pytest.raises(CommandError, match="no statement of 2026-11-22: time-out"):
        run()


def test_a_gateway_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(CommandError, match="no account at alipay"):
        run("--gateway=alipay")
