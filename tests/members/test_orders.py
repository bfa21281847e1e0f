"""My orders: each says where it stands and by when, is found by number or words, and costs no more among a thousand."""

import datetime as dt
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from fulfillment.delivery.clock import refund_overdue
from fulfillment.delivery.manual import take_up
from fulfillment.delivery.models import Fulfillment
from fulfillment.delivery.shipping import Parcel, ship
from fulfillment.tracking.mine.views import PER_PAGE
from kameng.accounts.models import User
from kameng.lib import clock
from shop.orders.complete import complete
from shop.orders.expire import expire
from shop.orders.models import Order, OrderLine
from tests import factories as f
from tests.factories import NOON
from tests.storefront.shopper import Seen
from tests.tracking.visitors import guest_of, show, signed_in, stranger

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with clock.at(NOON):
        yield


@pytest.fixture
def alice() -> User:
    return f.member("Alice")


def mine(browser: Client, **asked: str) -> Seen:
    seen = Seen(browser.get(reverse("orders"), asked))
    assert seen.status == 200
    return seen


def bought(user: User, title: str = "Star Abyss", quantity: int = 1) -> Order:
    """An unpaid order of a member."""
    goods = f.sku(units=quantity, of=f.listing(title))
    return f.place_order(goods, quantity=quantity, by=f.buyer(user=user, device=f"device-{title}"))


def test_an_unpaid_order_says_how_long_the_goods_are_kept_and_leads_to_the_pay_page(alice: User) -> None:
    order = bought(alice)
    seen = mine(signed_in(alice))
    assert f"Star Abyss 648 gems × 1 Jade Cards {order.shown_number} To be paid ¥98.00" in seen.text
    assert "The goods are set aside for you. 15:00 left to pay Go and pay : Star Abyss" in seen.text
    assert f'href="/o/{order.number}/pay/"' in seen.html


def test_a_waiting_order_says_why_and_when_the_money_goes_back(alice: User) -> None:
    f.pay_order(bought(alice))
    seen = mine(signed_in(alice))
    assert "Paid. We are checking the goods. 30:00 left, then the money goes back by itself" in seen.text
    with clock.at(NOON + 8 * MINUTE):
        assert "The check takes longer than promised. 22:00 left, then" in mine(signed_in(alice)).text


def test_a_delivered_order_says_how_many_keys_were_opened(alice: User) -> None:
    order = f.delivered_order(quantity=3, by=f.buyer(user=alice))
    browser = signed_in(alice)
    assert "3 keys, none opened yet" in mine(browser).text
    unit = f.line_of(order).reservation.units.order_by("pk")[0].pk  # type: ignore[union-attr]
    show(browser, order, unit)
    show(browser, order, unit)
    seen = mine(browser)
    assert "3 keys, 1 opened" in seen.text
    assert "Confirms itself Nov 23 12:00 See the keys" in seen.text


def test_a_completed_order_offers_to_buy_the_same_again(alice: User) -> None:
    order = f.delivered_order(quantity=2, by=f.buyer(user=alice))
    line, browser = f.line_of(order), signed_in(alice)
    with clock.at(NOON + 2 * DAY):
        complete(line_id=line.pk, now=clock.now())
        assert "2 keys, none opened yet Completed 12:00 See the keys" in mine(browser).text
        show(browser, order)
        seen = mine(browser)
    assert "2 keys, 2 opened Completed 12:00 Buy it again" in seen.text
    assert f"/p/{line.sku.listing.slug}/?sku={line.sku_id}&amp;quantity=2" in seen.html


def test_a_refunded_order_says_where_the_money_is(alice: User) -> None:
    order = f.pay_order(bought(alice))
    with clock.at(NOON + HOUR):
        refund_overdue(line_id=f.line_of(order).pk, now=clock.now())
        assert "Refunding ¥98.00 ¥98.00 is going back to sandbox" in mine(signed_in(alice)).text


def test_an_order_whose_time_is_over_says_that_nothing_was_charged(alice: User) -> None:
    order = bought(alice)
    with clock.at(NOON + HOUR):
        expire(order_id=order.pk, now=clock.now())
        assert "This order was closed. Nothing was charged. The goods went back" in mine(signed_in(alice)).text


def test_a_parcel_is_named_with_its_number(alice: User) -> None:
    boss = f.member("Boss")
    f.pay_order(f.place_order(f.card_to_ship(), by=f.buyer(user=alice)))
    f.verify_all()
    row = Fulfillment.objects.get()
    take_up(fulfillment_id=row.pk, user=boss, now=clock.now())
    ship(fulfillment_id=row.pk, user=boss, parcel=Parcel("SF", "SF1403"), now=clock.now())
    assert "Shipped ¥98.00 With SF, SF1403 Expected by Dec 2 12:00 See how far it is" in mine(signed_in(alice)).text


def test_tabs_count_what_is_behind_them_and_show_only_that(alice: User) -> None:
    f.delivered_order(by=f.buyer(user=alice))
    unpaid, paid = bought(alice, "Moon"), f.pay_order(bought(alice, "Sun"))
    browser = signed_in(alice)
    assert "All To pay 1 Under way 1 Arrived 1 Refunds" in mine(browser).text
    assert names(mine(browser, tab="unpaid")) == {unpaid.shown_number}
    assert names(mine(browser, tab="running")) == {paid.shown_number}
    assert names(mine(browser, tab="no such tab")) >= {unpaid.shown_number, paid.shown_number}
    assert "Nothing here right now" in mine(browser, tab="refunds").text


@pytest.mark.parametrize("typed", ["{number}", "{shown}", "{part}", "sun", "ＳＵＮ", "648 SUN", "jade cards sun"])
def test_an_order_is_found_by_number_or_words_in_any_width_and_case(alice: User, typed: str) -> None:
    bought(alice, "Moon")
    sun = bought(alice, "Sun")
    told = {"number": sun.number.lower(), "shown": sun.shown_number.replace("-", "－"), "part": sun.number[4:12]}
    assert names(mine(signed_in(alice), q=typed.format(**told))) == {sun.shown_number}


@pytest.mark.parametrize("typed", ["no such thing", "%", "-", "\0", "'", "Ａ" * 400, "____"])
def test_odd_words_find_nothing_and_break_nothing(alice: User, typed: str) -> None:
    bought(alice)
    seen = mine(signed_in(alice), q=typed, page="x", tab="\0")
    assert seen.status == 200


def test_others_orders_are_not_there(alice: User) -> None:
    f.delivered_order(by=f.buyer("Alice"))
    theirs = bought(alice)
    for browser in (signed_in(f.member("Bob")), stranger()):
        assert "No orders yet" in mine(browser).text
        assert names(mine(browser, q=theirs.number)) == set()


def test_a_guest_sees_what_this_browser_remembers_and_the_offer_to_sign_in() -> None:
    order = f.delivered_order(by=f.buyer("Alice"))
    seen = mine(guest_of(order))
    assert names(seen) == {order.shown_number}
    assert "With an account they are all in one place" in seen.text
    assert "/account/login/?next=/orders/" in seen.html


def test_orders_come_in_pages_newest_first(alice: User) -> None:
    copies(bought(alice), PER_PAGE + 5)
    browser = signed_in(alice)
    first, second = mine(browser), mine(browser, page="2")
    assert "Page 1 of 2" in first.text
    assert len(names(first)) == PER_PAGE
    assert len(names(second)) == 6
    assert names(first) & names(second) == set()


def test_a_thousand_orders_ask_as_much_as_one_and_at_most_ten(alice: User) -> None:
    order = f.delivered_order(quantity=2, by=f.buyer(user=alice))
    browser = signed_in(alice)
    few = queries(browser)
    copies(order, 1000)
    assert queries(browser) == few <= 10


def test_the_page_is_kept_by_nobody(alice: User) -> None:
    response = signed_in(alice).get(reverse("orders"))
    assert response["Cache-Control"] == "no-store"


def names(seen: Seen) -> set[str]:
    """The numbers of the orders on the page."""
    found = {order.shown_number for order in Order.objects.all()}
    return {number for number in found if number in seen.text}


def queries(browser: Client) -> int:
    with CaptureQueriesContext(connection) as seen:
        mine(browser)
    return len(seen)


def copies(order: Order, count: int) -> None:
    """So many more orders like this one."""
    line = order.lines.get()
    skip = {"id", "number", "nonce", "token"}
    same = {each.attname: getattr(order, each.attname) for each in Order._meta.concrete_fields if each.attname not in skip}
    made = Order.objects.bulk_create(Order(nonce=f"copy-{n}", **same) for n in range(count))
    skip = {"id", "order_id", "reservation_id"}
    same = {
        each.attname: getattr(line, each.attname) for each in OrderLine._meta.concrete_fields if each.attname not in skip
    }
    OrderLine.objects.bulk_create(OrderLine(order=each, **same) for each in made)
