"""People of one merchant on the same line at once, and the refund deadline on them all."""

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from fulfillment.delivery.clock import refund_overdue
from fulfillment.delivery.manual import GivenUp, Goods, forget, give_up, hand_in, put_back, take_up
from fulfillment.delivery.models import Fulfillment, FulfillmentStatus, Shipment, ShipmentStatus
from fulfillment.delivery.shipping import Parcel, lose, receive, ship
from kameng.accounts.models import User
from kameng.lib import clock
from kameng.notices.models import Notification
from shop.catalog.models import Sku
from shop.inventory.intake import Busy
from shop.inventory.models import Capacity, StockUnit, UnitStatus
from shop.inventory.typed import seal_typed
from shop.orders.models import LineStatus, OrderLine
from tests import factories as f
from tests.harness.scale import scale
from tests.races.rivals import Act, assert_books_hold, if_let, in_rounds, to_the_end

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.drill]

LINES = scale(12, 500)
SECOND = dt.timedelta(seconds=1)
#: Of those who type, one a merchant is served at a time; more of them only wait.
TYPISTS = 8
PARCEL = Parcel("SF Express", "SF1")


def waiting(sku: Sku, quantity: int = 2) -> list[Fulfillment]:
    """So many paid lines, one a buyer, that wait for somebody."""
    for n in range(LINES):
        f.pay_order(f.place_order(sku, quantity=quantity, by=f.buyer(f"buyer-{n}")))
    f.verify_all()
    while len(rows := list(Fulfillment.objects.select_related("line__merchant").order_by("pk"))) < LINES:
        f.verify_all()
    return rows


def taken(sku: Sku, by: User) -> list[Fulfillment]:
    """The same, taken up a moment before the deadline."""
    rows = waiting(sku)
    for row in rows:
        take_up(fulfillment_id=row.pk, user=by, now=deadline(row) - SECOND)
    return rows


def deadline(row: Fulfillment) -> dt.datetime:
    assert row.line.refund_by
    return row.line.refund_by


def shelf() -> Sku:
    return f.by_hand(2 * LINES)


def cards() -> Sku:
    return f.card_to_ship(2 * LINES)


def sam_and_sue() -> tuple[User, User]:
    return f.member("Sam"), f.member("Sue")


def ends() -> set[tuple[str, int, int]]:
    """In which ways the lines ended: status, units delivered, units paid back."""
    rows = OrderLine.objects.values_list("status", "delivered", "refunded_quantity")
    return {(status, delivered, refunded) for status, delivered, refunded in rows}


class TestTwoPeople:
    def test_one_of_two_who_take_a_line_up_has_it(self) -> None:
        rows, now = waiting(shelf()), clock.now()
        pairs = [
            [if_let(partial(take_up, fulfillment_id=row.pk, user=who, now=now)) for who in sam_and_sue()] for row in rows
        ]
        for row, answers in zip(rows, in_rounds(pairs), strict=True):
            row.refresh_from_db()
            assert sorted(answers) == [False, True]
            assert row.taken_by == sam_and_sue()[answers.index(True)]
        assert_books_hold()

    def test_two_who_type_into_the_same_line_deliver_it_once(self) -> None:
        """The second came when the first one's quarter of an hour was over, and the first did not look."""
        rows, late = waiting(shelf()), clock.now() + dt.timedelta(minutes=16)
        sam, sue = sam_and_sue()
        for row in rows:
            take_up(fulfillment_id=row.pk, user=sam, now=clock.now())
        pairs = [[if_let(typing(row, who, 2, late)) for who in (sam, sue)] for row in rows]
        assert [sorted(answers) for answers in in_rounds(pairs, at_once=TYPISTS)] == [[False, True]] * LINES
        assert ends() == {(LineStatus.DELIVERED, 2, 0)}
        assert StockUnit.objects.filter(status=UnitStatus.DELIVERED).count() == StockUnit.objects.count() == 2 * LINES
        assert Notification.objects.filter(event="delivered").count() == LINES
        assert_books_hold()

    def test_a_line_that_is_left_given_up_and_typed_into_at_once_ends_one_way(self) -> None:
        rows, now = waiting(shelf()), clock.now()
        sam, _sue = sam_and_sue()
        for row in rows:
            take_up(fulfillment_id=row.pk, user=sam, now=now)
        late = now + dt.timedelta(minutes=15)
        rivals: list[list[Act]] = [
            [
                if_let(typing(row, sam, 2, late)),
                if_let(giving_up(row, sam, late)),
                if_let(partial(put_back, fulfillment_id=row.pk, user=sam, now=late)),
                partial(forget, fulfillment_id=row.pk, now=late),
            ]
            for row in rows
        ]
        assert {sum(answers) for answers in in_rounds(rivals, at_once=TYPISTS)} == {1}
        assert ends() <= {(LineStatus.DELIVERED, 2, 0), (LineStatus.REFUNDED, 0, 2), (LineStatus.VERIFIED, 0, 0)}
        assert_books_hold()


class TestTypingAgainstTheDeadline:
    @pytest.mark.parametrize("typed", [2, 1])
    def test_each_unit_ends_in_goods_or_money(self, typed: int) -> None:
        sam = f.member("Sam")
        rows = taken(shelf(), sam)
        pairs = [[if_let(typing(row, sam, typed, deadline(row) - SECOND)), refunding(row)] for row in rows]
        answers = in_rounds(pairs, at_once=TYPISTS)
        both = [[True, True]] if typed == 1 else []
        assert all(row in [[True, False], [False, True], *both] for row in answers)
        part = (LineStatus.DELIVERED, typed, 2 - typed)
        for row in rows:
            # A part that came first: what is missing of it is paid back when the clock looks again.
            refund_overdue(line_id=row.line_id, now=deadline(row))
        assert ends() <= {part, (LineStatus.REFUNDED, 0, 2)}
        delivered = OrderLine.objects.filter(delivered=typed).count()
        assert (
            StockUnit.objects.filter(status=UnitStatus.DELIVERED).count() == StockUnit.objects.count() == typed * delivered
        )
        assert Capacity.objects.get().free == 2 * LINES - typed * delivered
        to_the_end()
        assert {status for status, *_units in ends()} <= {LineStatus.COMPLETED, LineStatus.REFUNDED}
        assert_books_hold()


class TestShippingAgainstTheDeadline:
    def test_a_card_is_with_the_courier_or_the_money_goes_back(self) -> None:
        sam = f.member("Sam")
        rows = taken(cards(), sam)
        answers = in_rounds([[if_let(shipping(row, sam, deadline(row) - SECOND)), refunding(row)] for row in rows])
        assert all(sorted(row) == [False, True] for row in answers)
        for row, (sent, _refunded) in zip(rows, answers, strict=True):
            parcel = Shipment.objects.select_related("line").get(line=row.line)
            assert parcel.status == (ShipmentStatus.IN_TRANSIT if sent else ShipmentStatus.TO_SHIP)
            assert parcel.line.status == (LineStatus.SHIPPED if sent else LineStatus.REFUNDED)
        assert_books_hold()

    def test_a_card_that_is_shipped_and_given_up_at_once_ends_one_way(self) -> None:
        sam = f.member("Sam")
        rows = taken(cards(), sam)
        acts = [[if_let(act(row, sam, deadline(row) - SECOND)) for act in (shipping, giving_up)] for row in rows]
        assert {sum(answers) for answers in in_rounds(acts)} == {1}
        assert ends() <= {(LineStatus.SHIPPED, 0, 0), (LineStatus.REFUNDED, 0, 2)}
        assert_books_hold()

    def test_a_parcel_that_arrived_and_is_lost_at_once_ends_one_way(self) -> None:
        sam = f.member("Sam")
        rows = taken(cards(), sam)
        for row in rows:
            shipping(row, sam, deadline(row) - SECOND)()
        acts = [[if_let(act(row, deadline(row))) for act in (arriving, getting_lost)] for row in rows]
        assert {sum(answers) for answers in in_rounds(acts)} == {1}
        assert ends() <= {(LineStatus.DELIVERED, 2, 0), (LineStatus.REFUNDED, 0, 2)}
        assert not Fulfillment.objects.filter(status=FulfillmentStatus.RUNNING).exists()
        assert_books_hold()


def typing(row: Fulfillment, who: User, count: int, now: dt.datetime) -> Callable[[], Any]:
    codes = [f"KEY-{row.pk}-{who.name}-{n}" for n in range(count)]
    goods = Goods(seal_typed(secrets=codes, merchant=row.line.merchant))

    def act() -> OrderLine:
        while True:
            try:
                return hand_in(fulfillment_id=row.pk, user=who, goods=goods, now=now)
            except Busy:
                # Colleagues type in the same moment; whoever is asked to confirm again does.
                continue

    return act


def giving_up(row: Fulfillment, who: User, now: dt.datetime) -> Callable[[], Any]:
    return partial(give_up, fulfillment_id=row.pk, user=who, reason=GivenUp.SUPPLIER_FAILURE, now=now)


def shipping(row: Fulfillment, who: User, now: dt.datetime) -> Callable[[], Any]:
    return partial(ship, fulfillment_id=row.pk, user=who, parcel=PARCEL, now=now)


def arriving(row: Fulfillment, now: dt.datetime) -> Callable[[], Any]:
    return partial(receive, line_id=row.line_id, actor="mail:buyer", now=now)


def getting_lost(row: Fulfillment, now: dt.datetime) -> Callable[[], Any]:
    return partial(lose, line_id=row.line_id, actor="user:0", came_back=False, now=now)


def refunding(row: Fulfillment) -> Callable[[], Any]:
    return partial(refund_overdue, line_id=row.line_id, now=deadline(row))
