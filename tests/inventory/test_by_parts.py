"""Many secrets come in part by part: each exactly once, in the order of the file, however often it is tried."""

import datetime as dt

import pytest

from kameng.lib import crypto, failpoints
from kameng.tasks.registry import run_all
from shop.catalog.models import Sku
from shop.inventory import by_parts
from shop.inventory.intake import TooMuch, import_batch
from shop.inventory.models import Intake, IntakePart, Movement, Secret, StockUnit
from tests import factories
from tests.factories import NOON

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(by_parts, "PART", 2)


def begun(sku: Sku, *lines: str) -> Intake:
    return by_parts.begin(sku=sku, candidates=lines, source="x", user=None, now=NOON)


def in_order_of_sale(intake: Intake) -> list[str]:
    units = StockUnit.objects.filter(batch=intake.batch_id).order_by("position").select_related("secret")
    return [crypto.ring().open(unit.secret.sealed, unit.secret.place).decode() for unit in units]


def test_all_come_in_in_their_order_with_a_movement_each() -> None:
    intake = begun(factories.sku(), *"ABCDE")
    run_all(now=NOON, only=["intake"])
    assert in_order_of_sale(intake) == list("ABCDE")
    assert Movement.objects.filter(unit__batch=intake.batch_id).count() == 5
    intake.refresh_from_db()
    assert (intake.done, intake.lines, intake.ended_at, intake.rejects_until) == (5, 5, NOON, None)
    assert not IntakePart.objects.exists()


def test_each_secret_is_sold_once_before_any_is_sold_twice() -> None:
    sku = factories.sku(uses=2, max_quantity=1)
    intake = begun(sku, *"ABC")
    run_all(now=NOON, only=["intake"])
    assert in_order_of_sale(intake) == list("ABCABC")


def test_what_came_in_meanwhile_is_left_out_and_can_be_read() -> None:
    sku = factories.sku()
    intake = begun(sku, *"ABCD")
    import_batch(sku=sku, secrets=["B", "C"], source="other", user=None, now=NOON)
    run_all(now=NOON, only=["intake"])
    intake.refresh_from_db()
    assert (intake.batch.new, intake.batch.known) == (2, 2)
    assert in_order_of_sale(intake) == ["A", "D"]
    assert intake.rejects_until == NOON + dt.timedelta(hours=1)


def test_a_part_that_died_is_taken_in_by_the_next_one(monkeypatch: pytest.MonkeyPatch) -> None:
    intake = begun(factories.sku(), *"ABC")

    def die(name: str) -> None:
        if name == "intake_part.before_commit":
            raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(failpoints, "reach", die)
        with pytest.raises(KeyboardInterrupt):
            by_parts.take_next(intake_id=intake.pk, now=NOON)
    assert not Secret.objects.filter(units__batch=intake.batch_id).exists()
    run_all(now=NOON, only=["intake"])
    assert in_order_of_sale(intake) == list("ABC")


def test_a_part_is_taken_in_once_though_two_hold_it(monkeypatch: pytest.MonkeyPatch) -> None:
    intake = begun(factories.sku(), *"AB")
    part = IntakePart.objects.select_related("merchant").get()
    assert by_parts.take_next(intake_id=intake.pk, now=NOON)
    monkeypatch.setattr(by_parts, "_next", lambda intake_id: part)
    assert not by_parts.take_next(intake_id=intake.pk, now=NOON)
    assert in_order_of_sale(intake) == ["A", "B"]


def test_after_it_was_stopped_nothing_more_comes_in() -> None:
    intake = begun(factories.sku(), *"ABC")
    by_parts.take_next(intake_id=intake.pk, now=NOON)
    assert by_parts.stop(batch_id=intake.batch_id, now=NOON)
    assert not by_parts.take_next(intake_id=intake.pk, now=NOON)
    assert in_order_of_sale(intake) == ["A", "B"]


def test_more_units_than_one_import_makes_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(by_parts, "MOST_UNITS", 3)
    with pytest.raises(TooMuch):
        begun(factories.sku(uses=2, max_quantity=1), *"AB")
    assert not Intake.objects.exists()
