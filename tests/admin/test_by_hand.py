"""The desk of those who deliver by hand: take up, type in, ship, leave, give up; nobody touches another shop's line."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from fulfillment.delivery.manual import take_up
from fulfillment.delivery.models import Fulfillment, FulfillmentStatus, Shipment
from kameng.accounts.roles import MerchantRole, PlatformRole
from kameng.lib import clock
from shop.catalog.models import Kind, Sku
from shop.inventory.models import Secret
from shop.merchants.models import Merchant
from shop.orders.models import LineStatus, OrderLine
from tests import factories as f
from tests.admin.people import platform, signed_in, staff
from tests.factories import NOON

pytestmark = pytest.mark.django_db
LIST = reverse("admin:delivery_handdelivery_changelist")
NEXT = reverse("admin:delivery_handdelivery_next")
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.at(NOON), translation.override("en"):
        yield


@pytest.fixture
def seller() -> Merchant:
    return f.merchant("Jade Cards")


@pytest.fixture
def client(seller: Merchant) -> Client:
    browser = signed_in(staff("Sam", seller, MerchantRole.ORDERS))
    browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return browser


def waiting(sku: Sku | None = None, *, quantity: int = 1, name: str = "Alice") -> Fulfillment:
    order = f.pay_order(f.place_order(sku or f.by_hand(), quantity=quantity, by=f.buyer(name)))
    f.verify_all()
    return Fulfillment.objects.get(line__order=order)


def work(row: Fulfillment) -> str:
    return reverse("admin:delivery_handdelivery_change", args=[row.pk])


def text(response: Any) -> str:
    return str(response.content.decode())


def line_of(row: Fulfillment) -> OrderLine:
    return OrderLine.objects.get(fulfillment=row)


def test_the_queue_lists_first_paid_first_with_its_clocks(client: Client) -> None:
    sku = f.by_hand()
    first, second = waiting(sku, name="Ann"), waiting(sku, quantity=2, name="Ben")
    waiting(f.sku(units=1), name="Stock")
    with clock.at(NOON + 40 * MINUTE):
        page = text(client.get(LIST))
    numbers = [row.line.order.shown_number for row in (first, second)]
    assert [number for number in numbers if number in page] == numbers
    assert page.index(numbers[0]) < page.index(numbers[1])
    assert "10 min late" in page
    assert "× 2" in page
    assert page.count("648 gems") == 2


def test_a_key_is_typed_in_and_delivered(client: Client) -> None:
    row = waiting()
    assert "Take it up" in text(client.get(work(row)))
    assert client.post(work(row), {"take": "1"}).status_code == 302
    page = text(client.get(work(row)))
    assert "1 of 1" in page
    done = client.post(work(row), {"deliver": "1", "secrets": "KEY-1", "note": "Enjoy."}, follow=True)
    assert "Delivered: Star Abyss 648 gems × 1." in text(done)
    assert "KEY-1" not in text(done)
    line = line_of(row)
    assert (line.status, line.delivered, Fulfillment.objects.get().note) == (LineStatus.DELIVERED, 1, "Enjoy.")
    assert client.get(work(row)).status_code == 404


def test_a_part_is_delivered_and_the_page_goes_on_with_the_rest(client: Client) -> None:
    row = waiting(quantity=3)
    client.post(work(row), {"take": "1"})
    page = text(client.post(work(row), {"deliver": "1", "secrets": "KEY-1"}, follow=True))
    assert "2 of 3" in page
    client.post(work(row), {"deliver": "1", "secrets": "KEY-2\r\nKEY-3"})
    assert line_of(row).delivered == 3


def test_what_is_wrong_is_said_and_what_was_typed_stays(client: Client) -> None:
    row = waiting(quantity=2)
    client.post(work(row), {"take": "1"})
    for typed, said in (
        ("", "Type in what the buyer gets."),
        ("KEY-1\nKEY-1", "Line 2: the same as a line before it."),
        ("A\nB\nC", "3 given, 2 missing."),
    ):
        page = text(client.post(work(row), {"deliver": "1", "secrets": typed, "note": "Enjoy."}))
        assert said in page
        assert "Enjoy." in page
        assert typed.replace("\n", "\r\n") in page or typed in page
    assert not Secret.objects.exists()


def test_a_top_up_is_done_without_a_key(client: Client) -> None:
    row = waiting(f.by_hand(kind=Kind.TOP_UP), quantity=2)
    client.post(work(row), {"take": "1"})
    client.post(work(row), {"deliver": "1", "done": "2", "note": "Receipt 8812"})
    assert line_of(row).status == LineStatus.DELIVERED


def test_a_card_is_handed_to_a_courier(client: Client) -> None:
    row = waiting(f.card_to_ship())
    client.post(work(row), {"take": "1"})
    assert "This field is required." in text(client.post(work(row), {"deliver": "1", "courier": "SF Express"}))
    client.post(work(row), {"deliver": "1", "courier": "SF Express", "number": " sf1403 0002 "})
    parcel = Shipment.objects.get()
    assert (line_of(row).status, parcel.courier, parcel.number) == (LineStatus.SHIPPED, "SF Express", "SF14030002")


def test_giving_up_needs_a_reason(client: Client) -> None:
    row = waiting()
    client.post(work(row), {"take": "1"})
    assert "This field is required." in text(client.post(work(row), {"give_up": "1"}))
    page = text(client.post(work(row), {"give_up": "1", "reason": "out of stock"}, follow=True))
    assert "¥98.00 goes back to the buyer." in page
    assert line_of(row).status == LineStatus.REFUNDED


def test_who_asks_for_the_next_one_gets_the_one_that_waits_longest(client: Client, seller: Merchant) -> None:
    sku = f.by_hand()
    first, second = waiting(sku, name="Ann"), waiting(sku, name="Ben")
    assert client.post(NEXT).headers["Location"] == work(first)
    kim = signed_in(staff("Kim", seller))
    assert kim.post(NEXT).headers["Location"] == work(second)
    assert "Nothing waits to be delivered by hand." in text(client.post(NEXT, follow=True))
    assert client.get(NEXT).status_code == 403


def test_a_line_in_other_hands_says_whose(client: Client, seller: Merchant) -> None:
    row, kim = waiting(), staff("Kim", seller)
    take_up(fulfillment_id=row.pk, user=kim, now=NOON)
    assert "Kim works on it until 12:15." in text(client.get(work(row)))
    page = text(client.post(work(row), {"deliver": "1", "secrets": "KEY-1"}))
    assert "Kim is working on this line." in page
    assert line_of(row).delivered == 0


def test_leaving_it_puts_it_back(client: Client) -> None:
    row = waiting()
    client.post(work(row), {"take": "1"})
    assert client.post(work(row), {"leave": "1"}).headers["Location"] == LIST
    assert Fulfillment.objects.get().status == FulfillmentStatus.WAITING


def test_another_merchants_line_is_not_there(client: Client) -> None:
    row = waiting(f.by_hand(of=f.listing("Moon", seller=f.merchant("Lotus"))))
    assert row.line.order.shown_number not in text(client.get(LIST))
    assert client.get(work(row)).status_code == 404
    assert client.post(work(row), {"take": "1"}).status_code == 404
    assert client.post(NEXT).headers["Location"] == LIST
    assert Fulfillment.objects.get().status == FulfillmentStatus.WAITING


def test_support_may_look_and_not_touch(client: Client) -> None:
    row, support = waiting(), signed_in(platform(PlatformRole.SUPPORT))
    assert row.line.order.shown_number in text(support.get(LIST))
    assert "Take it up" not in text(support.get(work(row)))
    assert support.post(work(row), {"take": "1"}).status_code == 403
    assert support.post(NEXT).status_code == 403


def test_an_unknown_button_is_no_button(client: Client) -> None:
    assert client.post(work(waiting()), {"destroy": "1"}).status_code == 404


def test_who_takes_a_later_one_is_told_how_many_wait_before_it(client: Client, seller: Merchant) -> None:
    theirs = f.by_hand(of=f.listing(seller=f.merchant("Lotus Keys")))
    waiting(theirs, name="Eve")
    goods = f.by_hand(of=f.listing(seller=seller))
    first, second, third = (waiting(goods, name=name) for name in ("Alice", "Bob", "Carol"))
    assert "paid before this one" not in text(client.get(work(first)))
    page = text(client.get(work(third)))
    assert "2 orders were paid before this one and wait." in page
    assert f'href="{LIST}">Show them</a>' in page
    take_up(fulfillment_id=first.pk, user=staff("Sue", seller, MerchantRole.ORDERS), now=clock.now())
    assert "1 order was paid before this one and waits." in text(client.post(work(third), {"take": "1"}, follow=True))
    assert "paid before this one" not in text(client.get(work(second)))
