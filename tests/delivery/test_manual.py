"""Delivery by hand: who takes a line up has it, hands in all or a part, or gives it up; the clock may be faster."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import translation

from fulfillment.delivery.clock import refund_overdue
from fulfillment.delivery.deliver import undelivered
from fulfillment.delivery.manual import (
    GivenUp,
    Goods,
    NotYours,
    WrongGoods,
    forget,
    forgotten,
    give_up,
    hand_in,
    put_back,
    take_up,
)
from fulfillment.delivery.models import Fulfillment, FulfillmentStatus
from fulfillment.delivery.reveal import reveal
from fulfillment.proof.check import check
from fulfillment.proof.violations import Look
from kameng.accounts.models import User
from kameng.audit.record import Actor
from kameng.lib import clock
from kameng.notices.models import Alarm, Notification
from shop.catalog.models import Kind, Sku
from shop.inventory.models import Batch, Capacity
from shop.inventory.typed import BadSecrets, Typed, seal_typed
from shop.ledger.models import AccountKind
from shop.ledger.queries import balance
from shop.orders.complete import complete
from shop.orders.models import LineStatus, Order, OrderLine, OrderStatus
from shop.payments.models import Refund
from tests import factories as f
from tests.factories import NOON

pytestmark = pytest.mark.django_db
MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.at(NOON), translation.override("en"):
        yield
        assert [v for finding in check(Look(NOON)) for v in finding.violations] == []


def waiting(sku: Sku | None = None, *, quantity: int = 1, by: Any = None) -> Fulfillment:
    """A paid and verified line that waits for somebody."""
    order = f.pay_order(f.place_order(sku or f.by_hand(), quantity=quantity, by=by))
    f.verify_all()
    return Fulfillment.objects.get(line__order=order)


def staff(name: str = "Sam") -> User:
    return f.member(name)


def keys(line: OrderLine, *codes: str) -> Typed:
    return seal_typed(secrets=codes, merchant=line.merchant)


def line_of(row: Fulfillment) -> OrderLine:
    return OrderLine.objects.get(fulfillment=row)


def test_no_worker_delivers_what_waits_for_a_person() -> None:
    row = waiting()
    assert undelivered(NOON) == []
    assert (row.status, line_of(row).status) == (FulfillmentStatus.WAITING, LineStatus.VERIFIED)


def test_typed_keys_are_the_buyers_and_sealed_like_every_other() -> None:
    row, sam = waiting(quantity=2), staff()
    take_up(fulfillment_id=row.pk, user=sam, now=NOON)
    typed = keys(line_of(row), "KEY-1", "KEY-2")
    hand_in(fulfillment_id=row.pk, user=sam, goods=Goods(typed, note="Use both today."), now=NOON + MINUTE)
    line, row = line_of(row), Fulfillment.objects.get()
    assert (line.status, line.delivered, line.delivered_at) == (LineStatus.DELIVERED, 2, NOON + MINUTE)
    assert line.complaint_by == NOON + MINUTE + 24 * HOUR
    assert (row.status, row.taken_by, row.note) == (FulfillmentStatus.DELIVERED, None, "Use both today.")
    units = [unit.pk for unit in line.reservation.units.order_by("position")] if line.reservation else []
    shown = reveal(line=line, unit_ids=units, actor=Actor("mail:x", "buyer"), now=NOON)
    assert [one.secret for one in shown] == ["KEY-1", "KEY-2"]
    batch = Batch.objects.get()
    assert (batch.new, batch.created_by, batch.source) == (2, sam, f"typed in for order {line.order.shown_number}")
    assert Notification.objects.exclude(event="paid").get().event == "delivered"


def test_a_line_is_handed_in_piece_by_piece_and_the_buyer_hears_of_each() -> None:
    row, sam = waiting(quantity=3), staff()
    take_up(fulfillment_id=row.pk, user=sam, now=NOON)
    hand_in(fulfillment_id=row.pk, user=sam, goods=Goods(keys(line_of(row), "KEY-1")), now=NOON)
    line = line_of(row)
    assert (line.status, line.delivered, line.delivered_at) == (LineStatus.DELIVERING, 1, None)
    hand_in(fulfillment_id=row.pk, user=sam, goods=Goods(keys(line, "KEY-2", "KEY-3")), now=NOON)
    assert (line_of(row).status, line_of(row).delivered) == (LineStatus.DELIVERED, 3)
    told = Notification.objects.exclude(event="paid").order_by("pk")
    assert [(word.key, word.context["quantity"]) for word in told] == [
        (f"line:{line.pk}:delivered:1", 1),
        (f"line:{line.pk}:delivered:3", 2),
    ]


def test_a_part_that_came_is_kept_and_the_rest_is_paid_back_at_the_deadline() -> None:
    sku = f.by_hand(5, price=1000)
    row, sam = waiting(sku, quantity=3), staff()
    take_up(fulfillment_id=row.pk, user=sam, now=NOON)
    hand_in(fulfillment_id=row.pk, user=sam, goods=Goods(keys(line_of(row), "KEY-1")), now=NOON)
    after = NOON + 24 * HOUR
    assert refund_overdue(line_id=line_of(row).pk, now=after)
    line = line_of(row)
    assert (line.status, line.delivered, line.refunded_quantity, line.refunded_amount) == (LineStatus.DELIVERED, 1, 2, 2000)
    assert (line.delivered_at, line.complaint_by) == (after, after + 24 * HOUR)
    assert Fulfillment.objects.get().status == FulfillmentStatus.DELIVERED
    assert Refund.objects.get().amount == 2000
    assert Capacity.objects.get().free == 4
    assert complete(line_id=line.pk, now=after + 24 * HOUR)
    assert Order.objects.get().status == OrderStatus.COMPLETED
    assert balance(owner=line.merchant_owner, kind=AccountKind.PAYABLE, currency="CNY") == 950


def test_two_people_cannot_work_on_one_line() -> None:
    row, sam, kim = waiting(), staff("Sam"), staff("Kim")
    take_up(fulfillment_id=row.pk, user=sam, now=NOON)
    with pytest.raises(NotYours, match="Sam is working on this line"):
        take_up(fulfillment_id=row.pk, user=kim, now=NOON + 14 * MINUTE)
    with pytest.raises(NotYours, match="Sam is working on this line"):
        hand_in(fulfillment_id=row.pk, user=kim, goods=Goods(keys(line_of(row), "KEY-1")), now=NOON)
    assert Batch.objects.count() == 0


def test_who_was_away_for_a_quarter_of_an_hour_has_lost_it() -> None:
    row, sam, kim = waiting(), staff("Sam"), staff("Kim")
    take_up(fulfillment_id=row.pk, user=sam, now=NOON)
    take_up(fulfillment_id=row.pk, user=kim, now=NOON + 15 * MINUTE)
    with pytest.raises(NotYours, match="Kim is working on this line"):
        hand_in(fulfillment_id=row.pk, user=sam, goods=Goods(keys(line_of(row), "KEY-1")), now=NOON + 16 * MINUTE)
    hand_in(fulfillment_id=row.pk, user=kim, goods=Goods(keys(line_of(row), "KEY-1")), now=NOON + 16 * MINUTE)
    assert line_of(row).status == LineStatus.DELIVERED


def test_a_line_left_alone_is_put_back_for_others() -> None:
    row = waiting()
    take_up(fulfillment_id=row.pk, user=staff(), now=NOON)
    assert forgotten(NOON + 14 * MINUTE) == []
    assert forgotten(NOON + 15 * MINUTE) == [row.pk]
    assert forget(fulfillment_id=row.pk, now=NOON + 15 * MINUTE)
    row.refresh_from_db()
    assert (row.status, row.taken_by, line_of(row).status) == (FulfillmentStatus.WAITING, None, LineStatus.VERIFIED)
    assert not forget(fulfillment_id=row.pk, now=NOON + 15 * MINUTE)


def test_who_took_a_line_up_can_leave_it_to_others() -> None:
    row, sam = waiting(), staff()
    with pytest.raises(NotYours, match="Take this line up first"):
        put_back(fulfillment_id=row.pk, user=sam, now=NOON)
    take_up(fulfillment_id=row.pk, user=sam, now=NOON)
    put_back(fulfillment_id=row.pk, user=sam, now=NOON)
    take_up(fulfillment_id=row.pk, user=staff("Kim"), now=NOON)
    assert line_of(row).status == LineStatus.DELIVERING


def test_a_top_up_is_done_and_its_note_is_all_there_is() -> None:
    row, sam = waiting(f.by_hand(kind=Kind.TOP_UP)), staff()
    take_up(fulfillment_id=row.pk, user=sam, now=NOON)
    hand_in(fulfillment_id=row.pk, user=sam, goods=Goods(done=1, note="Receipt 8812"), now=NOON)
    assert (line_of(row).status, Fulfillment.objects.get().note) == (LineStatus.DELIVERED, "Receipt 8812")


def test_a_card_key_without_a_key_is_no_delivery() -> None:
    row, sam = waiting(quantity=2), staff()
    take_up(fulfillment_id=row.pk, user=sam, now=NOON)
    with pytest.raises(WrongGoods, match="one key or account a line"):
        hand_in(fulfillment_id=row.pk, user=sam, goods=Goods(done=2), now=NOON)
    with pytest.raises(WrongGoods, match="3 given, 2 missing"):
        hand_in(fulfillment_id=row.pk, user=sam, goods=Goods(keys(line_of(row), "A", "B", "C")), now=NOON)
    with pytest.raises(WrongGoods, match="0 given, 2 missing"):
        hand_in(fulfillment_id=row.pk, user=sam, goods=Goods(), now=NOON)
    assert (line_of(row).delivered, Batch.objects.count()) == (0, 0)


def test_a_key_that_was_sold_before_is_refused_with_its_line() -> None:
    row, sam = waiting(quantity=2), staff()
    f.stock(line_of(row).sku, ["KEY-1"])
    with pytest.raises(BadSecrets, match="Line 2: this was in your stock before"):
        keys(line_of(row), "KEY-0", "KEY-1")
    with pytest.raises(BadSecrets, match="Line 2: the same as a line before it"):
        keys(line_of(row), "KEY-0", "KEY-0")
    take_up(fulfillment_id=row.pk, user=sam, now=NOON)
    typed = keys(line_of(row), "KEY-2", "KEY-3")
    f.stock(line_of(row).sku, ["KEY-3"])
    with pytest.raises(BadSecrets, match="a moment ago"):
        hand_in(fulfillment_id=row.pk, user=sam, goods=Goods(typed), now=NOON)
    assert line_of(row).delivered == 0


def test_a_key_that_another_merchant_has_is_delivered_and_the_platform_hears_of_it() -> None:
    f.stock(f.sku(of=f.listing("Moon", seller=f.merchant("Lotus"))), ["KEY-1"])
    row, sam = waiting(), staff()
    take_up(fulfillment_id=row.pk, user=sam, now=NOON)
    hand_in(fulfillment_id=row.pk, user=sam, goods=Goods(keys(line_of(row), "KEY-1")), now=NOON)
    assert line_of(row).status == LineStatus.DELIVERED
    assert Alarm.objects.get().kind == "secret-elsewhere"


def test_who_gives_up_pays_back_at_once_and_what_is_sold_out_is_not_sold_again() -> None:
    sku = f.by_hand(5)
    row, sam = waiting(sku), staff()
    take_up(fulfillment_id=row.pk, user=sam, now=NOON)
    assert give_up(fulfillment_id=row.pk, user=sam, reason=GivenUp.OUT_OF_STOCK, now=NOON) == 9800
    line = line_of(row)
    assert (line.status, line.refunded_amount, line.refunded_quantity) == (LineStatus.REFUNDED, 9800, 1)
    assert Fulfillment.objects.get().status == FulfillmentStatus.CANCELED
    assert (Refund.objects.get().reason, Capacity.objects.get().free) == ("out of stock", 0)


def test_another_reason_leaves_the_rest_on_the_shelf() -> None:
    row, sam = waiting(f.by_hand(5)), staff()
    take_up(fulfillment_id=row.pk, user=sam, now=NOON)
    give_up(fulfillment_id=row.pk, user=sam, reason=GivenUp.WRONG_RECIPIENT, now=NOON)
    assert Capacity.objects.get().free == 5


def test_after_the_deadline_nobody_can_deliver_any_more() -> None:
    row, sam = waiting(), staff()
    take_up(fulfillment_id=row.pk, user=sam, now=NOON)
    late = NOON + 24 * HOUR
    with pytest.raises(NotYours, match="Its time is up"):
        hand_in(fulfillment_id=row.pk, user=sam, goods=Goods(keys(line_of(row), "KEY-1")), now=late)
    assert refund_overdue(line_id=line_of(row).pk, now=late)
    with pytest.raises(NotYours):
        take_up(fulfillment_id=row.pk, user=sam, now=NOON)


def test_a_line_from_stock_is_nobodys_to_take() -> None:
    row = waiting(f.sku(units=1))
    with pytest.raises(NotYours, match="delivered from stock"):
        take_up(fulfillment_id=row.pk, user=staff(), now=NOON)
