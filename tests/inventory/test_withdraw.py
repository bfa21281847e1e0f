"""A batch goes back out of sale as far as nobody bought from it."""

import datetime as dt

import pytest

from kameng.lib import clock
from shop.inventory import withdraw
from shop.inventory.intake import import_batch
from shop.inventory.models import Movement, Secret, UnitStatus
from shop.inventory.withdraw import NothingToWithdraw, Withdrawn, withdraw_batch
from tests import factories
from tests.factories import NOON

pytestmark = pytest.mark.django_db


def statuses(batch: object) -> list[str]:
    return sorted(batch.units.values_list("status", flat=True))  # type: ignore[attr-defined]


def test_an_unsold_batch_is_retired_and_may_come_in_again() -> None:
    sku = factories.sku()
    batch = import_batch(sku=sku, secrets=["A", "B", "C"], source="x", user=None, now=NOON)
    assert withdraw_batch(batch_id=batch.pk, actor="user:1", now=NOON) == Withdrawn(retired=3, sold=0, reserved=0)
    batch.refresh_from_db()
    assert batch.withdrawn_at == NOON
    assert statuses(batch) == [UnitStatus.RETIRED] * 3
    assert Movement.objects.filter(unit__batch=batch, to_status=UnitStatus.RETIRED, actor="user:1").count() == 3
    again = import_batch(sku=sku, secrets=["A", "B", "C"], source="x", user=None, now=NOON)
    assert (again.new, again.known) == (3, 0)


def test_what_buyers_have_stays_theirs_and_is_counted() -> None:
    sku = factories.sku()
    batch = import_batch(sku=sku, secrets=["A", "B", "C", "D"], source="x", user=None, now=clock.now())
    factories.pay_order(factories.place_order(sku))
    factories.place_order(sku, by=factories.buyer("Bob"))
    told = withdraw_batch(batch_id=batch.pk, actor="user:1", now=clock.now())
    assert told == Withdrawn(retired=2, sold=1, reserved=1)
    assert statuses(batch) == [UnitStatus.ALLOCATED, UnitStatus.RESERVED, UnitStatus.RETIRED, UnitStatus.RETIRED]
    assert Secret.objects.filter(withdrawn_at=None).count() == 2


def test_a_lapsed_reservation_keeps_nothing() -> None:
    sku = factories.sku()
    with clock.at(NOON):
        batch = import_batch(sku=sku, secrets=["A"], source="x", user=None, now=NOON)
        factories.place_order(sku)
    with pytest.raises(NothingToWithdraw):
        withdraw_batch(batch_id=batch.pk, actor="user:1", now=NOON)
    told = withdraw_batch(batch_id=batch.pk, actor="user:1", now=NOON + dt.timedelta(hours=1))
    assert told == Withdrawn(retired=1, sold=0, reserved=0)


def test_a_secret_of_several_uses_stays_known_while_one_of_them_is_sold() -> None:
    sku = factories.sku(uses=2, max_quantity=1)
    batch = import_batch(sku=sku, secrets=["A", "B"], source="x", user=None, now=clock.now())
    factories.pay_order(factories.place_order(sku))
    withdraw_batch(batch_id=batch.pk, actor="user:1", now=clock.now())
    again = import_batch(sku=sku, secrets=["A", "B"], source="x", user=None, now=clock.now())
    assert (again.new, again.known) == (1, 1)


def test_a_second_time_there_is_nothing_left() -> None:
    batch = import_batch(sku=factories.sku(), secrets=["A"], source="x", user=None, now=NOON)
    withdraw_batch(batch_id=batch.pk, actor="user:1", now=NOON)
    with pytest.raises(NothingToWithdraw):
        withdraw_batch(batch_id=batch.pk, actor="user:1", now=NOON)


def test_many_units_go_in_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(withdraw, "CHUNK", 2)
    batch = import_batch(sku=factories.sku(), secrets=list("ABCDE"), source="x", user=None, now=NOON)
    assert withdraw_batch(batch_id=batch.pk, actor="user:1", now=NOON).retired == 5
