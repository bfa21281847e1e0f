"""Goods without secrets are counted: what is free, claimed and paid always adds up, and nobody buys what is not there."""

import datetime as dt

import pytest

from fulfillment.proof.check import check
from fulfillment.proof.violations import Look
from kameng.lib import clock
from shop.catalog.models import Sku
from shop.inventory import pieces
from shop.inventory.claim import SoldOut
from shop.inventory.models import Capacity, CapacityChange
from shop.inventory.pieces import NotSoMany, put
from shop.inventory.queries import sellable, sold_out, with_stock
from shop.orders.expire import expire
from shop.orders.models import OrderStatus
from tests import factories as f
from tests.factories import NOON

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)


def free(sku: Sku) -> int:
    return Capacity.objects.get(sku=sku).free


def history(sku: Sku) -> list[tuple[int, str]]:
    return list(CapacityChange.objects.filter(capacity__sku=sku).order_by("pk").values_list("change", "reason"))


def offered(sku: Sku, now: dt.datetime = NOON) -> tuple[int, int, bool]:
    """What a claim, a page and a filter say of the SKU."""
    rows = Sku.objects.filter(pk=sku.pk)
    return sellable(sku, now), with_stock(rows, now).get().sellable_now, not sold_out(rows, now).exists()  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def _noon() -> object:
    with clock.at(NOON):
        yield


def test_an_unpaid_order_holds_its_pieces_and_a_paid_one_has_them() -> None:
    sku = f.by_hand(10)
    order = f.place_order(sku, quantity=3)
    assert (free(sku), offered(sku)) == (10, (7, 7, True))
    f.pay_order(order)
    assert (free(sku), offered(sku)) == (7, (7, 7, True))
    assert history(sku) == [(10, ""), (-3, "paid")]


def test_the_last_pieces_are_sold_once() -> None:
    sku = f.by_hand(4)
    f.place_order(sku, quantity=3)
    with pytest.raises(SoldOut) as gone:
        f.place_order(sku, quantity=2, by=f.buyer("Bob"))
    assert gone.value.left == 1
    f.place_order(sku, by=f.buyer("Bob"))
    assert offered(sku) == (0, 0, False)


def test_pieces_of_a_lapsed_claim_can_be_bought_though_no_job_ran() -> None:
    sku = f.by_hand(2)
    f.place_order(sku, quantity=2)
    later = NOON + 15 * MINUTE
    assert offered(sku, later) == (2, 2, True)
    assert f.place_order(sku, quantity=2, by=f.buyer("Bob"), now=later).status == OrderStatus.PENDING


def test_late_money_buys_pieces_that_are_still_there_and_none_that_others_claimed() -> None:
    sku = f.by_hand(2)
    slow, late = f.place_order(sku), f.place_order(sku, by=f.buyer("Late"))
    after = NOON + 20 * MINUTE
    expire(order_id=late.pk, now=after)
    assert f.pay_order(slow, now=after).status == OrderStatus.PAID
    f.place_order(sku, by=f.buyer("Quick"), now=after)
    assert f.pay_order(late, now=after).status == OrderStatus.EXPIRED
    assert (free(sku), offered(sku, after)) == (1, (0, 0, False))


def test_a_claim_that_lapsed_before_its_money_came_does_not_sell_what_another_holds() -> None:
    sku = f.by_hand(1)
    slow = f.place_order(sku)
    after = NOON + 16 * MINUTE
    f.place_order(sku, by=f.buyer("Quick"), now=after)
    assert f.pay_order(slow, now=after).status == OrderStatus.PENDING
    assert free(sku) == 1


def test_a_shelf_never_holds_less_than_nothing() -> None:
    sku = f.by_hand(5)
    assert put(sku=sku, pieces=-5, actor="user:1", now=NOON, reason="counted").free == 0
    with pytest.raises(NotSoMany):
        put(sku=sku, pieces=-1, actor="user:1", now=NOON)
    with pytest.raises(NotSoMany):
        put(sku=sku, pieces=pieces.MOST + 1, actor="user:1", now=NOON)
    assert history(sku) == [(5, ""), (-5, "counted")]


def test_pieces_taken_off_the_shelf_are_gone_for_who_has_not_paid_and_the_money_goes_back() -> None:
    sku = f.by_hand(1)
    order = f.place_order(sku)
    put(sku=sku, pieces=-1, actor="user:1", now=NOON)
    assert f.pay_order(order).status == OrderStatus.PENDING
    assert [v for finding in check(Look(NOON)) for v in finding.violations] == []
