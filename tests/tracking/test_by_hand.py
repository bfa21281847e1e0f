"""Lines that people deliver explain themselves, too: who has it, who is before it, where the parcel is."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse

from fulfillment.delivery.clock import refund_overdue
from fulfillment.delivery.manual import GivenUp, Goods, give_up, hand_in, put_back, take_up
from fulfillment.delivery.models import Fulfillment
from fulfillment.delivery.shipping import Parcel, lose, ship, stall
from kameng.accounts.models import User
from kameng.lib import clock
from shop.catalog.models import Kind, Sku
from shop.inventory.typed import seal_typed
from shop.orders.models import LineStatus, Order, OrderLine
from tests import factories as f
from tests.factories import NOON
from tests.tracking.visitors import guest_of, page, show, state, stranger

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.at(NOON):
        yield


def bought(sku: Sku, *, quantity: int = 1, name: str = "Alice") -> Order:
    order = f.pay_order(f.place_order(sku, quantity=quantity, by=f.buyer(name)))
    f.verify_all()
    return order


def taken(order: Order) -> tuple[int, User]:
    row, sam = Fulfillment.objects.get(line__order=order), f.member("Sam")
    take_up(fulfillment_id=row.pk, user=sam, now=NOON)
    return row.pk, sam


def goods(order: Order, *codes: str, note: str = "") -> Goods:
    return Goods(seal_typed(secrets=codes, merchant=f.line_of(order).merchant), note=note)


def seen(order: Order, now: dt.datetime = NOON) -> str:
    with clock.at(now):
        return page(guest_of(order), order)


def test_the_buyer_sees_the_queue_in_the_order_of_payment() -> None:
    sku = f.by_hand()
    first, second, third = (bought(sku, name=name) for name in ("Ann", "Ben", "Cat"))
    assert "You are next at Jade Cards." in seen(first)
    assert "1 order is before yours at Jade Cards." in seen(second)
    assert "2 orders are before yours at Jade Cards." in seen(third)
    assert "Jade Cards, by hand." in seen(third)


def test_who_took_it_up_is_told_and_so_is_leaving_it() -> None:
    order = bought(f.by_hand())
    row, sam = taken(order)
    assert "Jade Cards took your order up and is at it." in seen(order)
    put_back(fulfillment_id=row, user=sam, now=NOON)
    text = seen(order)
    assert "You are next at Jade Cards." in text
    assert "Left to others again" in text


def test_at_night_the_page_says_when_somebody_comes() -> None:
    seller = f.merchant("Day Shop", opens=dt.time(9), closes=dt.time(18))
    with clock.at(NOON + 8 * HOUR):
        order = bought(f.by_hand(of=f.listing(seller=seller)))
    assert "Day Shop is closed now and opens at Nov 23 09:00." in seen(order, NOON + 8 * HOUR)


def test_a_late_line_says_whose_matter_it_is() -> None:
    order = bought(f.by_hand())
    text = seen(order, NOON + 31 * MINUTE)
    assert "Later than promised: Jade Cards has not sent it yet." in text
    assert "Jade Cards, by hand. You did nothing wrong." in text


def test_a_part_that_came_can_be_read_while_the_rest_waits() -> None:
    order = bought(f.by_hand(), quantity=3)
    row, sam = taken(order)
    browser = guest_of(order)
    before = state(browser, order)["X-State-Version"]
    hand_in(fulfillment_id=row, user=sam, goods=goods(order, "KEY-1"), now=NOON)
    assert state(browser, order, before).status_code == 200
    text = page(browser, order)
    assert "1 of 3 are here. Jade Cards is at the rest." in text
    assert "1 of 3 are here</h2>" in text
    assert "¥196.00 goes back by itself" in text
    assert "KEY-1" in show(browser, order).content.decode()


def test_keys_typed_by_hand_are_read_like_all_keys_and_the_page_says_by_hand() -> None:
    order = bought(f.by_hand(), quantity=2)
    row, sam = taken(order)
    hand_in(fulfillment_id=row, user=sam, goods=goods(order, "KEY-1", "KEY-2", note="Use both."), now=NOON + MINUTE)
    text = seen(order, NOON + MINUTE)
    assert "by hand, promised within 30 min" in text
    assert "By Jade Cards, by hand, 1 min after payment" in text
    assert "Jade Cards writes:</b> Use both." in text
    assert "KEY-1" not in text


def test_a_top_up_has_no_key_to_show() -> None:
    order = bought(f.by_hand(kind=Kind.TOP_UP))
    OrderLine.objects.update(recipient=[{"key": "phone", "label": "Phone", "shown": "138 0013 2046"}])
    row, sam = taken(order)
    hand_in(fulfillment_id=row, user=sam, goods=Goods(done=1, note="Receipt 8812"), now=NOON)
    text = seen(order)
    assert "Receipt 8812" in text
    assert "Phone 138 0013 2046" in text
    assert "Download .txt" not in text
    assert show(guest_of(order), order).status_code == 404


def test_what_is_given_up_says_why_and_that_the_money_went_back_at_once() -> None:
    order = bought(f.by_hand())
    row, sam = taken(order)
    give_up(fulfillment_id=row, user=sam, reason=GivenUp.OUT_OF_STOCK, now=NOON)
    text = seen(order)
    assert "It could not be delivered, the money is going back" in text
    assert "Jade Cards said why: out of stock." in text
    assert "Given up by Jade Cards" in text
    assert "Time was up" not in text


def test_a_rest_paid_back_at_the_deadline_stands_beside_what_came() -> None:
    order = bought(f.by_hand(price=1000), quantity=3)
    row, sam = taken(order)
    hand_in(fulfillment_id=row, user=sam, goods=goods(order, "KEY-1"), now=NOON)
    refund_overdue(line_id=f.line_of(order).pk, now=NOON + DAY)
    text = seen(order, NOON + DAY)
    assert "1 of 3 are here</h2>" in text
    assert "1 of 3 came in time; the rest is paid back." in text
    assert "¥20.00 for 2 of 3" in text


class TestParcel:
    def sent(self) -> Order:
        order = bought(f.card_to_ship())
        row, sam = taken(order)
        ship(fulfillment_id=row, user=sam, parcel=Parcel("SF Express", "SF1403"), now=NOON + HOUR)
        return order

    def receive(self, browser: Any, order: Order, line: object) -> Any:
        return browser.post(reverse("received", args=[order.number]), {"line": line})

    def test_it_is_packed_then_handed_over(self) -> None:
        order = bought(f.card_to_ship())
        taken(order)
        text = seen(order)
        assert "Jade Cards took your order up and is packing it." in text
        assert "the tracking number appears on this page" in text

    def test_its_number_can_be_copied_and_nothing_counts_down(self) -> None:
        order = self.sent()
        text = seen(order, NOON + HOUR)
        assert "With SF Express since 13:00." in text
        assert 'data-copy="SF1403"' in text
        assert "If it is not here by Dec 2 13:00" in text
        assert "data-deadline" not in text
        assert "Shipped" in text

    def test_the_buyer_says_that_it_is_here(self) -> None:
        order = self.sent()
        browser, line = guest_of(order), f.line_of(order)
        with clock.at(NOON + DAY):
            assert self.receive(browser, order, line.pk).status_code == 302
            line.refresh_from_db()
            assert (line.status, line.delivered_at) == (LineStatus.DELIVERED, NOON + DAY)
            text = page(browser, order)
        assert "received by you" in text
        assert "Received" in text
        assert self.receive(browser, order, line.pk).status_code == 302
        assert "No parcel of this line is on its way." in page(browser, order)

    def test_nobody_else_can_say_so(self) -> None:
        order = self.sent()
        line = f.line_of(order)
        assert self.receive(stranger(), order, line.pk).status_code == 404
        assert self.receive(guest_of(order), order, line.pk + 1).status_code == 404
        assert self.receive(guest_of(order), order, "x").status_code == 404
        line.refresh_from_db()
        assert line.status == LineStatus.SHIPPED

    def test_a_late_one_is_looked_for(self) -> None:
        order = self.sent()
        stall(shipment_id=f.line_of(order).shipment.pk, now=NOON + 11 * DAY)
        text = seen(order, NOON + 11 * DAY)
        assert "It should have arrived by now. A person is looking for it." in text
        assert "If the parcel is lost, all your money goes back." in text

    def test_a_lost_one_is_paid_back(self) -> None:
        order = self.sent()
        lose(line_id=f.line_of(order).pk, actor="user:1", came_back=False, now=NOON + 2 * DAY)
        text = seen(order, NOON + 2 * DAY)
        assert "The parcel did not arrive, the money is going back" in text
        assert "The courier lost it on the way." in text
