"""Waiting for others has an end that a buyer understands, and a queue is not taken for a lock that is stuck."""

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections, transaction

from kameng.lib.locks import StillHeld, serialize
from shop.catalog.models import Sku
from shop.inventory import claim
from shop.inventory.models import Reservation, StockUnit, UnitStatus
from shop.orders.limits import Buyer
from shop.orders.models import Order
from tests import factories
from tests.drills.waiting import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]

MOMENT = 0.05


@pytest.fixture
def rival() -> Iterator["Rival"]:
    made = Rival()
    yield made
    made.leave()


class Rival:
    """Somebody who holds a name or units, in a transaction that does not end before it is told to."""

    def __init__(self) -> None:
        self._done = threading.Event()
        self._thread: threading.Thread | None = None

    def hold(self, name: str) -> None:
        self._begin(lambda: serialize([name]))

    def hold_units(self, sku: Sku) -> None:
        self._begin(lambda: list(StockUnit.objects.filter(sku=sku).select_for_update()))

    def _begin(self, take: Callable[[], object]) -> None:
        held = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(take, held))
        self._thread.start()
        assert held.wait(60)

    def _run(self, take: Callable[[], object], held: threading.Event) -> None:
        try:
            with transaction.atomic():
                take()
                held.set()
                self._done.wait(60)
        finally:
            connections.close_all()

    def leave(self) -> None:
        self._done.set()
        if self._thread:
            self._thread.join()


def test_a_buyer_whose_turn_does_not_come_is_told_so_and_nothing_is_ordered(
    rival: Rival, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claim, "QUEUE_SECONDS", MOMENT)
    monkeypatch.setattr(claim, "_attempt", lambda *_, skip_locked: None if skip_locked else pytest.fail("no turn"))
    sku = factories.sku(units=1)
    rival.hold(f"claim:{sku.pk}")
    with pytest.raises(claim.Crowded):
        factories.place_order(sku)
    assert not Order.objects.exists()
    assert StockUnit.objects.get().status == UnitStatus.AVAILABLE


def test_who_waits_for_stock_keeps_nobody_else_behind_the_same_address(
    rival: Rival, monkeypatch: pytest.MonkeyPatch
) -> None:
    scarce, plenty = factories.sku(units=1), factories.sku(units=1)
    attempt = claim._attempt

    def crowded(want: claim.Want, now: dt.datetime, *, skip_locked: bool) -> Reservation | None:
        return None if skip_locked and want.sku == scarce else attempt(want, now, skip_locked=skip_locked)

    monkeypatch.setattr(claim, "_attempt", crowded)
    rival.hold(f"claim:{scarce.pk}")
    alice, bob = (factories.buyer(name, address="203.0.113.7") for name in ("Alice", "Bob"))
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(ordered, scarce, alice)
        until(lambda: waits() or waiting.done(), "Alice waits for stock")
        assert factories.place_order(plenty, by=bob).address == alice.address
        assert not waiting.done()
        rival.leave()
        assert waiting.result() == "Order"


def ordered(sku: Sku, by: Buyer) -> str:
    try:
        return type(factories.place_order(sku, by=by)).__name__
    finally:
        connections.close_all()


def waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
        return bool(cursor.fetchone()[0])


def test_a_lapsed_unit_that_somebody_has_in_hand_for_a_moment_is_not_refused(
    rival: Rival, monkeypatch: pytest.MonkeyPatch
) -> None:
    sku = factories.sku(units=1)
    factories.place_order(sku, by=factories.buyer("slow"))
    Reservation.objects.update(until="2020-01-01T00:00:00Z")
    rival.hold_units(sku)
    monkeypatch.setattr(claim, "give_way", lambda seconds: rival.leave() if seconds else None)
    assert factories.place_order(sku, by=factories.buyer("Bob")).lines.get().quantity == 1


def test_a_lapsed_unit_in_hand_for_long_is_told_as_a_crowd_and_not_as_sold_out(
    rival: Rival, monkeypatch: pytest.MonkeyPatch
) -> None:
    sku = factories.sku(units=1)
    factories.place_order(sku, by=factories.buyer("slow"))
    Reservation.objects.update(until="2020-01-01T00:00:00Z")
    rival.hold_units(sku)
    looks: list[float] = []
    monkeypatch.setattr(claim, "give_way", looks.append)
    with pytest.raises(claim.Crowded):
        factories.place_order(sku, by=factories.buyer("Bob"))
    assert looks == [0.0, *claim.PAUSES]


def test_a_name_is_waited_for_as_long_as_the_caller_says_and_other_locks_as_long_as_ever(rival: Rival) -> None:
    with transaction.atomic():
        before = lock_timeout()
        serialize(["free"], patience=MOMENT)
        assert lock_timeout() == before
    rival.hold("taken")
    with pytest.raises(StillHeld), transaction.atomic():
        serialize(["taken"], patience=MOMENT)
    with transaction.atomic():
        assert lock_timeout() == before


def lock_timeout() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        return str(cursor.fetchone()[0])
