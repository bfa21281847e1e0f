"""A physical card: handed to a courier in time or paid back, then received, or looked for by a person."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils import translation

from fulfillment.delivery.clock import overdue, refund_overdue
from fulfillment.delivery.manual import GivenUp, Goods, NotYours, WrongGoods, give_up, hand_in, put_back, take_up
from fulfillment.delivery.models import Fulfillment, FulfillmentStatus, Shipment, ShipmentStatus
from fulfillment.delivery.shipping import NotOnItsWay, Parcel, late_parcels, lose, receive, ship, stall
from fulfillment.proof.check import check
from fulfillment.proof.violations import Look
from kameng.accounts.models import User
from kameng.lib import clock
from kameng.notices.models import Alarm, Notification
from shop.inventory.models import Capacity
from shop.orders.models import LineStatus, OrderLine
from tests import factories as f
from tests.factories import NOON

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
PARCEL = Parcel("SF Express", "SF1403000022290")


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.at(NOON), translation.override("en"):
        yield
        assert [v for finding in check(Look(NOON)) for v in finding.violations] == []


def taken(quantity: int = 2) -> tuple[Fulfillment, User]:
    """A paid card that Sam took up to pack."""
    order = f.pay_order(f.place_order(f.card_to_ship(5), quantity=quantity))
    f.verify_all()
    row, sam = Fulfillment.objects.get(line__order=order), f.member("Sam")
    take_up(fulfillment_id=row.pk, user=sam, now=NOON)
    return row, sam


def shipped() -> OrderLine:
    row, sam = taken()
    ship(fulfillment_id=row.pk, user=sam, parcel=PARCEL, now=NOON + DAY)
    return OrderLine.objects.get()


def test_a_card_waits_for_a_courier_and_is_paid_back_when_none_comes() -> None:
    taken()
    assert Shipment.objects.get().status == ShipmentStatus.TO_SHIP
    line = OrderLine.objects.get()
    assert refund_overdue(line_id=line.pk, now=NOON + 4 * DAY)
    assert (OrderLine.objects.get().status, Capacity.objects.get().free) == (LineStatus.REFUNDED, 5)


def test_a_parcel_on_its_way_is_beyond_the_refund_clock() -> None:
    line = shipped()
    parcel = Shipment.objects.get()
    assert (line.status, parcel.status, parcel.courier, parcel.number) == (
        LineStatus.SHIPPED,
        ShipmentStatus.IN_TRANSIT,
        *("SF Express", "SF1403000022290"),
    )
    assert (parcel.shipped_at, parcel.arrives_by) == (NOON + DAY, NOON + 11 * DAY)
    assert overdue(NOON + 30 * DAY) == []
    word = Notification.objects.exclude(event="paid").get()
    assert (word.event, word.context["courier"], word.context["tracking"]) == ("shipped", "SF Express", "SF1403000022290")


@pytest.mark.parametrize("act", ["take up", "put back", "ship", "give up"])
def test_who_still_has_the_page_open_does_nothing_to_a_line_whose_parcel_is_on_its_way(act: str) -> None:
    """Else its money went back while the parcel travels, and nobody looked for it."""
    line = shipped()
    row: Any = {"fulfillment_id": Fulfillment.objects.get().pk, "now": NOON + DAY}
    acts: dict[str, Callable[[Any], object]] = {
        "take up": lambda user: take_up(user=user, **row),
        "put back": lambda user: put_back(user=user, **row),
        "ship": lambda user: ship(user=user, parcel=PARCEL, **row),
        "give up": lambda user: give_up(user=user, reason=GivenUp.SUPPLIER_FAILURE, **row),
    }
    for user in (f.member("Sam"), f.member("Sue")):
        with pytest.raises(NotYours, match="with the courier"):
            acts[act](user)
    line.refresh_from_db()
    assert (line.status, line.refunded_amount) == (LineStatus.SHIPPED, 0)
    assert (Shipment.objects.get().status, Fulfillment.objects.get().taken_by) == (ShipmentStatus.IN_TRANSIT, None)


def test_a_received_parcel_opens_the_complaint_window() -> None:
    line = shipped()
    receive(line_id=line.pk, actor=line.order.holder, now=NOON + 3 * DAY)
    line.refresh_from_db()
    assert (line.status, line.delivered, line.delivered_at) == (LineStatus.DELIVERED, 2, NOON + 3 * DAY)
    assert line.complaint_by == NOON + 10 * DAY
    assert Fulfillment.objects.get().status == FulfillmentStatus.DELIVERED
    with pytest.raises(NotOnItsWay):
        receive(line_id=line.pk, actor=line.order.holder, now=NOON + 3 * DAY)


def test_a_parcel_that_does_not_arrive_becomes_a_persons_matter() -> None:
    shipped()
    parcel = Shipment.objects.get()
    assert (late_parcels(NOON + 10 * DAY), late_parcels(NOON + 11 * DAY)) == ([], [parcel.pk])
    assert stall(shipment_id=parcel.pk, now=NOON + 11 * DAY)
    assert not stall(shipment_id=parcel.pk, now=NOON + 11 * DAY)
    parcel.refresh_from_db()
    alarm = Alarm.objects.get()
    assert (parcel.status, alarm.kind, alarm.key) == (ShipmentStatus.STALLED, "parcel-late", f"shipment:{parcel.pk}")
    assert "SF1403000022290" in alarm.text


@pytest.mark.parametrize(("came_back", "end", "free"), [(True, "RETURNED", 5), (False, "LOST", 3)])
def test_a_parcel_that_is_lost_or_came_back_is_paid_back(came_back: bool, end: str, free: int) -> None:
    line = shipped()
    assert lose(line_id=line.pk, actor="user:1", came_back=came_back, now=NOON + 3 * DAY) == 19600
    line.refresh_from_db()
    assert (line.status, line.refunded_amount, Shipment.objects.get().status) == (LineStatus.REFUNDED, 19600, end)
    assert Capacity.objects.get().free == free
    with pytest.raises(NotOnItsWay):
        lose(line_id=line.pk, actor="user:1", came_back=came_back, now=NOON + 3 * DAY)


def test_a_parcel_is_not_handed_in_and_a_key_is_not_shipped() -> None:
    row, sam = taken()
    with pytest.raises(WrongGoods, match="sent by courier"):
        hand_in(fulfillment_id=row.pk, user=sam, goods=Goods(done=2), now=NOON)
    key = f.pay_order(f.place_order(f.by_hand(), by=f.buyer("Bob")))
    f.verify_all()
    other = Fulfillment.objects.get(line__order=key)
    take_up(fulfillment_id=other.pk, user=sam, now=NOON)
    with pytest.raises(NotYours, match="not sent by courier"):
        ship(fulfillment_id=other.pk, user=sam, parcel=PARCEL, now=NOON)
