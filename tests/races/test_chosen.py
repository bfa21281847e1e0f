"""Many buyers for the same chosen unit: exactly one gets it, and whoever wants several never waits in a circle."""

from functools import partial
from typing import Any

import pytest

from kameng.lib import clock
from shop.catalog.models import Sku
from shop.inventory.claim import SoldOut
from shop.inventory.models import Reservation, StockUnit, UnitStatus
from shop.orders.models import Order
from shop.orders.place import Item, place
from tests import factories
from tests.harness.crowd import together
from tests.harness.scale import scale

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.drill]

CROWD = scale(16, 60)
ROUNDS = scale(2, 10)


def goods() -> Sku:
    tag = Sku.objects.count()
    return factories.accounts({f"No {n}": f"{tag}----{n}" for n in range(4)}, of=factories.listing(f"Game {tag}"))


def rush(wanted: list[list[Item]], tag: str) -> list[Any]:
    """Everybody orders at once; the answers are orders or exceptions."""

    def one(i: int, items: list[Item]) -> Order:
        return place(buyer=factories.buyer(f"{tag}-{i}"), items=items, nonce=f"{tag}-{i}-nonce", now=clock.now())

    return together([partial(one, i, items) for i, items in enumerate(wanted)])


def orders(answers: list[Any]) -> list[Order]:
    assert [answer for answer in answers if not isinstance(answer, (Order, SoldOut))] == []
    return [answer for answer in answers if isinstance(answer, Order)]


def assert_each_line_has_its_own(sku: Sku) -> None:
    for unit in StockUnit.objects.filter(sku=sku, status=UnitStatus.RESERVED).select_related("reservation__line"):
        assert unit.reservation is not None
        assert unit.reservation.line.unit_id == unit.pk


def test_the_same_unit_goes_to_exactly_one_buyer() -> None:
    for turn in range(ROUNDS):
        sku = goods()
        answers = rush([[factories.pick(sku, "No 2")]] * CROWD, f"same-{turn}")
        assert len(orders(answers)) == 1
        assert list(StockUnit.objects.filter(sku=sku, status=UnitStatus.RESERVED).values_list("description")) == [("No 2",)]
        assert_each_line_has_its_own(sku)


def test_a_lapsed_one_goes_to_exactly_one_of_those_who_want_it() -> None:
    sku = goods()
    place(buyer=factories.buyer("slow"), items=[factories.pick(sku, "No 1")], nonce="slow", now=clock.now())
    Reservation.objects.update(until="2020-01-01T00:00:00Z")
    assert len(orders(rush([[factories.pick(sku, "No 1")]] * CROWD, "after"))) == 1
    assert_each_line_has_its_own(sku)


def test_pairs_that_overlap_in_a_circle_end_without_a_deadlock() -> None:
    for turn in range(ROUNDS):
        sku = goods()
        pairs = [[factories.pick(sku, f"No {n % 4}"), factories.pick(sku, f"No {(n + 1) % 4}")] for n in range(CROWD)]
        won = orders(rush(pairs, f"pairs-{turn}"))
        assert 1 <= len(won) <= 2
        assert StockUnit.objects.filter(sku=sku, status=UnitStatus.RESERVED).count() == 2 * len(won)
        assert_each_line_has_its_own(sku)
