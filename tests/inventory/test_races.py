"""Withdrawing and importing while others buy and import: nobody deadlocks, no unit goes two ways."""

import threading
from collections.abc import Callable

import pytest
from django.db import connections

from kameng.lib import clock
from shop.inventory.claim import SoldOut
from shop.inventory.intake import Busy, import_batch
from shop.inventory.models import Movement, Secret, StockUnit, UnitStatus
from shop.inventory.withdraw import NothingToWithdraw, withdraw_batch
from tests import factories
from tests.harness.scale import scale

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

ROUNDS = scale(3, 30)
BUYERS = 8


def at_once(*works: Callable[[], object], fine: tuple[type[Exception], ...]) -> list[object]:
    """Run all of them from one start; what is not fine is raised."""
    start, answers, wrong = threading.Barrier(len(works)), [], []

    def run(work: Callable[[], object]) -> None:
        try:
            start.wait()
            answers.append(work())
        except fine as refusal:
            answers.append(refusal)
        except Exception as error:
            wrong.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        raise wrong[0]
    return answers


def test_withdrawing_while_others_buy() -> None:
    for turn in range(ROUNDS):
        sku = factories.sku(of=factories.listing(f"Round {turn}"))
        secrets = [f"{turn}-{n}" for n in range(20)]
        batch = import_batch(sku=sku, secrets=secrets, source="x", user=None, now=clock.now())

        def buy(name: str) -> Callable[[], object]:
            return lambda: factories.place_order(sku, quantity=3, by=factories.buyer(name))  # noqa: B023

        def withdraw() -> object:
            return withdraw_batch(batch_id=batch.pk, actor="user:1", now=clock.now())  # noqa: B023

        buyers = [buy(f"Buyer{turn}x{n}") for n in range(BUYERS)]
        at_once(*buyers, withdraw, withdraw, fine=(SoldOut, NothingToWithdraw, Busy))
        statuses = list(StockUnit.objects.filter(batch=batch).values_list("status", flat=True))
        assert set(statuses) <= {UnitStatus.RESERVED, UnitStatus.RETIRED, UnitStatus.AVAILABLE}
        assert statuses.count(UnitStatus.RESERVED) % 3 == 0
        moves = Movement.objects.filter(unit__batch=batch).exclude(from_status="")
        assert moves.filter(to_status=UnitStatus.RETIRED).count() == statuses.count(UnitStatus.RETIRED)


def test_the_same_text_imported_twice_at_once_is_stored_once() -> None:
    for turn in range(ROUNDS):
        sku = factories.sku(of=factories.listing(f"Round {turn}"))
        secrets = [f"{turn}-{n}" for n in range(50)]

        def take() -> object:
            return import_batch(sku=sku, secrets=secrets, source="x", user=None, now=clock.now())  # noqa: B023

        answers = at_once(take, take, take, fine=(Busy,))
        assert sum(getattr(batch, "new", 0) for batch in answers) == 50
        assert Secret.objects.filter(units__sku=sku).count() == 50
