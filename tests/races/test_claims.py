"""Many buyers, few units, through the verbs; and proof that these tests can see a race and a deadlock at all."""

import random
from collections import Counter
from functools import partial
from typing import Any

import pytest
from django.db import OperationalError, transaction

from kameng.lib.transitions import Refused, Stateful
from shop.catalog.models import Sku
from shop.inventory import claim
from shop.inventory.models import Reservation, StockUnit, UnitStatus
from shop.orders.models import Order
from tests import factories
from tests.harness.crowd import together
from tests.harness.scale import scale

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.drill]

CROWD = scale(24, 60)
ROUNDS = scale(2, 10)


def rush(sku: Sku, quantities: list[int], tag: str) -> list[Any]:
    """Everybody orders at once; the answers are orders or exceptions."""

    def one(i: int, n: int) -> Order:
        return factories.place_order(sku, quantity=n, by=factories.buyer(f"{tag}-{i}"))

    return together([partial(one, i, n) for i, n in enumerate(quantities)])


def orders(answers: list[Any]) -> list[Order]:
    strange = [a for a in answers if not isinstance(a, (Order, claim.SoldOut))]
    assert strange == []
    return [a for a in answers if isinstance(a, Order)]


def sold(sku: Sku) -> int:
    return StockUnit.objects.filter(sku=sku, status=UnitStatus.RESERVED).count()


class TestOneUnitEach:
    def test_exactly_as_many_buyers_win_as_there_are_units(self) -> None:
        for turn in range(ROUNDS):
            sku = factories.sku(units=10)
            answers = rush(sku, [1] * CROWD, f"one-{turn}")
            assert len(orders(answers)) == 10
            assert sold(sku) == 10

    def test_the_last_unit_goes_to_exactly_one_buyer(self) -> None:
        for turn in range(ROUNDS * 2):
            sku = factories.sku(units=1)
            assert len(orders(rush(sku, [1] * CROWD, f"last-{turn}"))) == 1


class TestOneToFiveEach:
    def test_never_more_than_all_and_nobody_refused_while_stock_for_their_quantity_remains(self) -> None:
        dice = random.Random(7)
        for turn in range(ROUNDS):
            sku = factories.sku(units=20)
            quantities = [dice.randint(1, 5) for _ in range(CROWD)]
            answers = rush(sku, quantities, f"many-{turn}")
            won = sum(order.lines.get().quantity for order in orders(answers))
            assert won == sold(sku) <= 20
            smallest_refused = min(n for n, a in zip(quantities, answers, strict=True) if not isinstance(a, Order))
            assert 20 - won < smallest_refused

    def test_lapsed_reservations_are_sold_again_in_the_same_rush(self) -> None:
        sku = factories.sku(units=6)
        for i in range(3):
            factories.place_order(sku, quantity=2, by=factories.buyer(f"slow-{i}"))
        Reservation.objects.update(until="2020-01-01T00:00:00Z")
        answers = rush(sku, [1] * CROWD, "after")
        assert len(orders(answers)) == 6


class TestOneBuyer:
    def test_a_double_click_gives_one_order(self) -> None:
        sku = factories.sku(units=5)
        alice = factories.buyer("Alice")
        answers = together([lambda: factories.place_order(sku, by=alice, nonce="one form")] * 8)
        assert len({order.pk for order in orders(answers)}) == 1
        assert sold(sku) == 1

    def test_many_orders_at_once_stop_at_three_unpaid(self) -> None:
        sku = factories.sku(units=20)
        alice = factories.buyer("Alice")
        answers = together([lambda: factories.place_order(sku, by=alice)] * 8)
        assert Counter(type(answer).__name__ for answer in answers) == {"Order": 3, "TooManyUnpaid": 5}


@pytest.mark.race
class TestTheseTestsMeanSomething:
    def test_without_the_guard_of_the_claim_one_unit_is_sold_twice(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def careless(rows: list[Stateful], *path: str, changes: dict[str, Any], **_: Any) -> list[Any]:
            StockUnit.objects.filter(pk__in=[row.pk for row in rows]).update(status=path[-1], **changes)
            return []

        def looks_only(want: claim.Want, **_: Any) -> list[StockUnit]:
            return list(StockUnit.objects.filter(sku=want.sku, status=UnitStatus.AVAILABLE)[: want.quantity])

        monkeypatch.setattr(claim, "move_all", careless)
        monkeypatch.setattr(claim, "_pick", looks_only)
        for turn in range(20):
            sku = factories.sku(units=3)
            if len(orders(rush(sku, [1] * CROWD, f"careless-{turn}"))) > 3:
                return
        pytest.fail("the race never showed")

    def test_without_the_savepoint_two_buyers_wait_for_each_other(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def keeps_what_it_picked(want: claim.Want, now: Any, *, skip_locked: bool) -> Reservation | None:
            units = claim._pick(want, skip_locked=skip_locked)
            return claim.take(want, units, now) if len(units) == want.quantity else None

        monkeypatch.setattr(claim, "_attempt", keeps_what_it_picked)
        dice = random.Random(7)
        for turn in range(20):
            sku = factories.sku(units=20)
            answers = rush(sku, [dice.randint(1, 5) for _ in range(CROWD)], f"greedy-{turn}")
            if any(isinstance(a, OperationalError) for a in answers):
                return
        pytest.fail("the deadlock never showed")


class TestTwoSkus:
    def test_orders_of_the_same_two_skus_in_any_order_do_not_wait_for_each_other_in_a_circle(self) -> None:
        first, second = factories.sku(units=10), factories.sku(units=10)
        pairs = [(first, second), (second, first)]

        def one(i: int) -> Order:
            return factories.place_order(*pairs[i % 2], by=factories.buyer(f"pair-{i}"))

        answers = together([partial(one, i) for i in range(CROWD)])
        assert len(orders(answers)) == 10
        assert sold(first) == sold(second) == 10


def test_a_refusal_leaves_no_claim_behind() -> None:
    sku = factories.sku(units=2)
    with pytest.raises(Refused), transaction.atomic():
        factories.place_order(sku, quantity=3)
    assert StockUnit.objects.filter(sku=sku, status=UnitStatus.AVAILABLE).count() == 2
