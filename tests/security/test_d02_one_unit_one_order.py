"""D2: one unit, one order. The database itself refuses the rest; buyers at once are in `tests/races`."""

import pytest
from django.db import IntegrityError, transaction

from fulfillment.delivery.reveal import delivered_units, open_secret
from shop.inventory.claim import SoldOut
from shop.inventory.models import Reservation, StockUnit, UnitStatus
from shop.orders.models import Order, OrderLine
from tests import factories
from tests.factories import NOON

pytestmark = pytest.mark.django_db


def _buy(sku: object, name: str, *, quantity: int = 1) -> Order:
    return factories.place_order(sku, quantity=quantity, by=factories.buyer(name), now=NOON)  # type: ignore[arg-type]


def test_seven_buyers_of_five_cards_get_five_different_cards() -> None:
    codes = [f"CARD-{n}" for n in range(5)]
    sku = factories.sku(units=codes)
    orders = [_buy(sku, f"buyer{n}") for n in range(5)]
    for late in ("f", "g"):
        with pytest.raises(SoldOut):
            _buy(sku, late)
    for order in orders:
        factories.pay_order(order, now=NOON)
    factories.deliver_all(NOON)
    got = [open_secret(unit) for line in OrderLine.objects.all() for unit in delivered_units(line)]
    assert sorted(got) == codes


def test_a_claim_belongs_to_one_line() -> None:
    sku = factories.sku(units=2)
    first, second = (factories.line_of(_buy(sku, name)) for name in ("Ann", "Bob"))
    with pytest.raises(IntegrityError), transaction.atomic():
        OrderLine.objects.filter(pk=second.pk).update(reservation=first.reservation)


@pytest.mark.parametrize("status", [UnitStatus.RESERVED, UnitStatus.ALLOCATED, UnitStatus.DELIVERED])
def test_a_unit_is_not_taken_without_a_claim_and_a_holder(status: UnitStatus) -> None:
    sku = factories.sku(units=1)
    claim = Reservation.objects.create(sku=sku, quantity=1, holder="user:1", until=NOON)
    for owner in ({"reservation": None, "holder": "user:1"}, {"reservation": claim, "holder": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            StockUnit.objects.filter(sku=sku).update(status=status, **owner)


@pytest.mark.parametrize("status", [UnitStatus.AVAILABLE, UnitStatus.HELD, UnitStatus.RETIRED])
def test_a_unit_that_nobody_has_keeps_no_claim(status: UnitStatus) -> None:
    sku = factories.sku(units=1)
    claim = Reservation.objects.create(sku=sku, quantity=1, holder="user:1", until=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        StockUnit.objects.filter(sku=sku).update(status=status, reservation=claim, holder="user:1")


def test_one_buyer_does_not_get_a_shared_secret_twice() -> None:
    sku = factories.sku(units=["SHARED"], uses=3, max_quantity=1)
    _buy(sku, "Ann")
    with pytest.raises(SoldOut):
        _buy(sku, "Ann")
    _buy(sku, "Bob")
    mine = StockUnit.objects.get(holder=factories.buyer("Ann").holder)
    other = StockUnit.objects.get(holder=factories.buyer("Bob").holder)
    with pytest.raises(IntegrityError), transaction.atomic():
        StockUnit.objects.filter(pk=other.pk).update(holder=mine.holder)
