"""GET orders/: a merchant's own paid lines with their clocks and recipients, and nothing else of anybody."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kameng.lib import clock
from shop.catalog.models import Kind, Sku
from shop.inventory.models import Reservation
from shop.orders.models import LineStatus, Order, OrderLine
from tests import factories as f
from tests.api.programs import program
from tests.factories import NOON

pytestmark = pytest.mark.django_db

BUDGET = 12
HOUR = dt.timedelta(hours=1)
RECIPIENT = [{"key": "uid", "label": "Role id", "type": "role_id", "value": "10086", "shown": "100 86"}]


def test_a_line_with_its_clock_and_where_it_goes() -> None:
    with clock.at(NOON):
        sku = f.by_hand(kind=Kind.TOP_UP)
        order = f.pay_order(f.place_order(sku, quantity=2))
    OrderLine.objects.update(recipient=RECIPIENT)
    line = f.line_of(order)
    answer = program(sku.listing.merchant).get(f"orders/{order.number}/")
    assert answer.status_code == 200
    assert answer.json() == {
        "number": order.number,
        "currency": "CNY",
        "placed_at": "2026-11-22T04:00:00Z",
        "lines": [
            {
                "id": line.pk,
                "sku": sku.pk,
                "title": "Star Abyss",
                "face": "648 gems",
                "kind": "TOP_UP",
                "mode": "MANUAL",
                "status": "PAID",
                "quantity": 2,
                "delivered": 0,
                "refunded": 0,
                "unit_price": 9800,
                "total": 19600,
                "paid_at": "2026-11-22T04:00:00Z",
                "promised_by": "2026-11-22T04:30:00Z",
                "refund_by": "2026-11-23T04:00:00Z",
                "delivered_at": None,
                "complaint_by": None,
                "completed_at": None,
                "refunded_at": None,
                "recipient": [{"key": "uid", "label": "Role id", "type": "role_id", "value": "10086"}],
            }
        ],
    }


def test_a_number_is_read_as_people_write_it() -> None:
    order = f.pay_order()
    caller = program(f.line_of(order).merchant)
    for written in (order.number, order.number.lower(), order.shown_number):
        assert caller.get(f"orders/{written}/").json()["number"] == order.number


def test_of_an_order_at_two_merchants_each_sees_its_own_lines() -> None:
    ours, theirs = (f.sku(units=1, of=f.listing(name, seller=f.merchant(name))) for name in ("Ours", "Nightjar"))
    order = f.pay_order(f.place_order(ours, theirs))
    told = program(ours.listing.merchant).get("orders/")
    assert [line["title"] for line in told.json()["results"][0]["lines"]] == ["Ours"]
    assert "Nightjar" not in told.content.decode()
    assert told.json()["results"][0] == program(ours.listing.merchant).get(f"orders/{order.number}/").json()


def test_nothing_of_the_buyer_and_no_secret_is_told() -> None:
    order = f.delivered_order(codes=["THE-SECRET-1"], by=f.buyer("Carol"))
    OrderLine.objects.update(recipient=RECIPIENT)
    caller = program(f.line_of(order).merchant)
    for answer in (caller.get("orders/"), caller.get(f"orders/{order.number}/")):
        told = answer.content.decode()
        assert order.number in told
        assert not [word for word in ("carol", "THE-SECRET-1", order.token, order.device, "mail:") if word in told.lower()]
        # From stock nothing goes to a recipient that the merchant should know.
        assert "10086" not in told


def test_what_nobody_paid_for_is_no_order_yet() -> None:
    order = f.place_order(f.sku(units=1))
    caller = program(f.line_of(order).merchant)
    assert caller.get("orders/").json()["results"] == []
    assert caller.get(f"orders/{order.number}/").status_code == 404


def test_orders_are_chosen_by_status_and_moment() -> None:
    sku = f.by_hand(10)
    orders = []
    for hours in range(3):
        with clock.at(NOON + hours * HOUR):
            orders.append(f.pay_order(f.place_order(sku, by=f.buyer(f"Buyer{hours}"))).number)
    OrderLine.objects.filter(order__number=orders[1]).update(status=LineStatus.VERIFIED)
    caller = program(sku.listing.merchant)

    def numbers(**query: str) -> list[str]:
        return [order["number"] for order in caller.get("orders/", **query).json()["results"]]

    assert numbers() == orders[::-1]
    assert numbers(status="VERIFIED") == [orders[1]]
    assert numbers(since="2026-11-22T05:00:00Z") == [orders[2], orders[1]]
    assert numbers(since="2026-11-22T14:00:00+08:00") == [orders[2]]
    assert numbers(since="2026-11-22T05:00:00Z", status="PAID") == [orders[2]]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("status", "NONE"),
        ("status", "PAID\0"),
        ("since", "yesterday"),
        ("since", "2026-11-22T05:00:00"),
        ("since", "2026-13-40T05:00:00Z"),
        ("since", "0001-01-01T00:00:00+14:00"),
        ("since", "9999-12-31T23:59:59-14:00"),
        ("since", "\0"),
    ],
)
def test_a_choice_that_cannot_be_meant_is_refused(field: str, value: str) -> None:
    answer = program(f.merchant()).get("orders/", **{field: value})
    assert (answer.status_code, answer.json()["field"]) == (400, field)


def grow(sku: Sku, many: int) -> None:
    """So many orders, paid now, written at once."""
    now = clock.now()
    told = {"email": "a@example.com", "locale": "en", "status": "PAID", "currency": "CNY", "total": 9800}
    orders = Order.objects.bulk_create(
        Order(**told, nonce=f"{sku.pk}-{many}-{n}", placed_at=now, reserved_until=now, paid_at=now) for n in range(many)
    )
    held = Reservation.objects.bulk_create(
        Reservation(sku=sku, quantity=1, holder="x", until=now, final=True) for _order in orders
    )
    terms: dict[str, Any] = {name: getattr(sku, name) for name in ("kind", "mode", "promise_seconds", "refund_seconds")}
    terms |= {"title": "x", "face": "x", "quantity": 1, "unit_price": 9800, "total": 9800, "commission_bps": 0}
    OrderLine.objects.bulk_create(
        OrderLine(
            order=order,
            sku=sku,
            merchant=sku.listing.merchant,
            reservation=claim,
            status=LineStatus.PAID,
            complaint_seconds=1,
            paid_at=now,
            **terms,
        )
        for order, claim in zip(orders, held, strict=True)
    )


def test_a_thousand_orders_cost_no_more_than_ten() -> None:
    sku = f.sku()
    caller = program(sku.listing.merchant)
    costs = []
    for many in (10, 990):
        grow(sku, many)
        caller.get("orders/")
        with CaptureQueriesContext(connection) as queries:
            answer = caller.get("orders/", status="PAID", since="2026-01-01T00:00:00Z")
        assert answer.status_code == 200
        costs.append(len(queries))
    assert costs[0] == costs[1] <= BUDGET
    assert len(answer.json()["results"]) == 50
    following = caller.get(answer.json()["next"].partition("/api/v1/")[2]).json()
    assert len(following["results"]) == 50
    assert following["results"][0]["number"] != answer.json()["results"][-1]["number"]


@pytest.mark.parametrize("number", ["x", "0", "-", "_" * 300, "0000000000000000"])
def test_an_odd_number_is_an_order_that_does_not_exist(number: str) -> None:
    assert program(f.merchant()).get(f"orders/{number}/").status_code == 404
