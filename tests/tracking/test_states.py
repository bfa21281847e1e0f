"""Every state of an order explains itself, from rows."""

import datetime as dt
import re
from collections.abc import Iterator

import pytest
from django.urls import reverse

from fulfillment.delivery.clock import refund_overdue
from fulfillment.delivery.deliver import deliver, note_failure
from fulfillment.delivery.verify import verify
from kameng.lib import clock
from shop.inventory.models import StockUnit
from shop.orders.complete import complete
from shop.orders.models import OrderLine
from tests import factories as f
from tests.factories import NOON
from tests.tracking.visitors import guest_of, page

pytestmark = pytest.mark.django_db
SECOND, MINUTE = dt.timedelta(seconds=1), dt.timedelta(minutes=1)


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with clock.at(NOON):
        yield


def test_an_unpaid_order_says_until_when_and_leads_to_the_pay_page() -> None:
    order = f.place_order()
    seen = page(guest_of(order), order)
    assert "Waiting for your payment" in seen
    assert "After 12:15 they go back on the shelf. Nothing is charged then." in seen
    assert f'href="/o/{order.number}/pay/"' in seen
    assert f'data-deadline="{int(order.reserved_until.timestamp())}"' in seen


def test_a_paid_order_shows_clock_cause_responsible_next_and_deadline() -> None:
    order = f.pay_order()
    with clock.at(NOON + 5 * SECOND):
        seen = page(guest_of(order), order)
    line = f.line_of(order)
    assert line.refund_by is not None
    assert f'data-deadline="{int(line.refund_by.timestamp())}"' in seen
    assert "Paid. We are checking the goods." in seen
    assert "Your money is in escrow, untouched." in seen
    assert "by itself, from the stock of Jade Cards." in seen
    assert "There is a result by 12:30: the goods, or all ¥98.00 back to sandbox." in seen
    assert "You can close this page; we write to al***@example.com when there is a result." in seen


def test_a_checked_order_is_being_sent() -> None:
    order = f.pay_order()
    f.verify_all()
    assert "Checked. 1 key is being sent." in page(guest_of(order), order)


def test_past_the_promise_the_page_says_by_how_much_and_that_it_is_not_the_buyers_fault() -> None:
    order = f.pay_order()
    with clock.at(NOON + 8 * MINUTE):
        seen = page(guest_of(order), order)
    assert "Why it is not here yet" in seen
    assert "It is 7 min past the promise." in seen
    assert "You did nothing wrong." in seen
    assert "Later than promised" in seen


def test_a_failing_delivery_says_how_often_it_was_tried_and_when_again() -> None:
    order = f.pay_order()
    f.verify_all()
    note_failure(line_id=f.line_of(order).pk, problem="StockMissing", now=NOON + SECOND)
    seen = page(guest_of(order), order)
    assert "One attempt to deliver failed." in seen
    assert "It is tried again at 12:00" in seen
    assert "Delivery attempt 1 failed" in seen
    assert "StockMissing" not in seen


def test_an_order_on_hold_says_whose_shelf_is_short() -> None:
    order = f.pay_order()
    line = f.line_of(order)
    StockUnit.objects.filter(reservation=line.reservation).update(status="HELD", reservation=None, holder="")
    verify(line_id=line.pk, now=NOON)
    seen = page(guest_of(order), order)
    assert "The shelf of Jade Cards is short of what you bought." in seen
    assert "was told at 12:00" in seen


def test_between_deadline_and_refund_the_page_says_the_money_goes_back_now() -> None:
    order = f.pay_order()
    with clock.at(NOON + 31 * MINUTE):
        assert "Time is up. ¥98.00 goes back now." in page(guest_of(order), order)


def test_a_delivered_order_says_how_long_it_took_and_until_when_one_can_complain() -> None:
    order = f.pay_order()
    f.deliver_all(NOON + 5 * SECOND)
    seen = page(guest_of(order), order)
    assert "Delivered in 5 s" in seen
    assert "promised within 1 min" in seen
    assert "At Nov 23 12:00 the order confirms itself; only then Jade Cards is paid." in seen
    assert "Open Settings, then Redeem." in seen


def test_a_completed_order_keeps_its_keys_and_says_that_the_merchant_was_paid() -> None:
    order = f.delivered_order()
    after = NOON + dt.timedelta(days=1, minutes=1)
    complete(line_id=f.line_of(order).pk, now=after)
    with clock.at(after):
        seen = page(guest_of(order), order)
    assert "Confirmed by itself at 12:01; the money went to Jade Cards." in seen
    assert "km-scratch" in seen
    assert "Order completed" in seen


def test_an_order_of_three_lines_shows_each_where_it_stands() -> None:
    first, second, third = (f.sku(of=f.listing(f"Game {n}"), units=1) for n in "ABC")
    order = f.pay_order(f.place_order(first, second, third))
    f.verify_all()
    one, two, _three = OrderLine.objects.order_by("pk")
    deliver(line_id=one.pk, now=NOON + SECOND)
    OrderLine.objects.filter(pk=two.pk).update(refund_by=NOON + MINUTE)
    refund_overdue(line_id=two.pk, now=NOON + MINUTE)
    with clock.at(NOON + MINUTE):
        seen = page(guest_of(order), order)
    assert "Game A 648 gems × 1 and 2 more" in seen
    assert "Delivered in 1 s" in seen
    assert "Not here in time, the money is going back" in seen
    assert "1 of 3 items" in seen
    assert "Game B 648 gems: Time was up" in seen


def test_the_page_never_shows_the_whole_mail_address() -> None:
    order = f.pay_order()
    assert "alice@example.com" not in page(guest_of(order), order)


@pytest.mark.parametrize("lines", [1, 20])
def test_the_page_costs_at_most_fourteen_queries_whatever_the_number_of_lines(
    lines: int, django_assert_max_num_queries: object
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from tests.tracking.visitors import show, signed_in

    member = f.member("Alice")
    skus = [f.sku(of=f.listing(f"Game {n}"), units=2) for n in range(lines)]
    order = f.pay_order(f.place_order(*skus, quantity=2, by=f.buyer(user=member)))
    f.deliver_all()
    alice = signed_in(member)
    show(alice, order)
    with CaptureQueriesContext(connection) as asked:
        page(alice, order)
    assert len(asked) <= 14, "\n".join(query["sql"][:120] for query in asked)


def test_an_order_paid_the_moment_it_was_placed_was_placed_first() -> None:
    seen = page(guest_of(order := f.pay_order(f.place_order())), order)
    assert seen.index("¥98.00 in escrow") < seen.index("Received ¥98.00") < seen.index("Order placed"), "newest first"


def test_buying_again_leads_to_the_same_face_value() -> None:
    small = f.sku(units=3)
    order = f.pay_order(f.place_order(small))
    seen = page(guest_of(order), order)
    again = f'href="{reverse("listing", args=[small.listing.slug])}?sku={small.pk}"'
    assert seen.count(again) == 2, "the name of the goods, and the button"


@pytest.mark.parametrize(("language", "first", "second"), [("zh-hans", "一", "二"), ("en", "1", "2")])
def test_the_steps_are_counted_alike_on_the_product_and_on_the_order(language: str, first: str, second: str) -> None:
    made = f.sku(units=1, of=f.listing(instructions="Open the app.\n\nPaste the code."))
    order = f.pay_order(f.place_order(made))
    f.deliver_all()
    alice = guest_of(order)
    for url in (reverse("listing", args=[made.listing.slug]), reverse("order", args=[order.number])):
        seen = alice.get(url, headers={"accept-language": language}).content.decode()
        assert re.findall(r'aria-hidden="true">(\w+)</span><span class="min-w-0', seen) == [first, second]


def test_the_rail_names_the_day_of_a_deadline_that_is_not_today() -> None:
    seen = page(guest_of(order := f.pay_order(f.place_order(f.by_hand()))), order)
    assert "Paid 12:00, promised by 12:30, now 12:00, money back at Nov 23 12:00" in seen


def test_the_rail_of_a_promise_of_seconds_shows_seconds() -> None:
    order = f.pay_order(f.place_order(f.sku(units=1, promise_seconds=20, refund_seconds=60)))
    with clock.at(NOON + 5 * SECOND):
        seen = page(guest_of(order), order)
    assert "Paid 12:00:00, promised by 12:00:20, now 12:00:05, money back at 12:01:00" in seen
