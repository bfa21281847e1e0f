"""POST lines/<id>/deliver/: a program hands in what a person at the desk would, by the same rules."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

from fulfillment.delivery.manual import take_up
from fulfillment.delivery.models import Fulfillment, FulfillmentStatus
from fulfillment.delivery.reveal import reveal
from fulfillment.proof.check import check
from fulfillment.proof.violations import Look
from kameng.audit.record import Actor
from kameng.lib import clock
from kameng.notices.models import Notification
from shop.catalog.models import Kind, Sku
from shop.inventory.models import Batch
from shop.merchants.models import Member
from shop.orders.models import LineStatus, OrderLine
from tests import factories as f
from tests.api.programs import Program, program
from tests.factories import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.at(NOON):
        yield
        assert [v for finding in check(Look(NOON)) for v in finding.violations] == []


def waiting(sku: Sku | None = None, *, quantity: int = 1) -> tuple[OrderLine, Program]:
    """A paid and verified line, and a program of its merchant."""
    order = f.pay_order(f.place_order(sku or f.by_hand(), quantity=quantity))
    f.verify_all()
    line = f.line_of(order)
    return line, program(line.merchant)


def deliver(line: OrderLine, caller: Program, body: Any, call: str = "") -> Any:
    return caller.post(f"lines/{line.pk}/deliver/", body, call=call)


def refused(answer: Any) -> tuple[int, str, str]:
    return answer.status_code, answer.json()["code"], answer.json()["detail"]


def test_a_whole_line_is_delivered_and_the_buyer_has_the_keys() -> None:
    line, caller = waiting(quantity=2)
    answer = deliver(line, caller, {"secrets": ["KEY-1", " KEY-2 "], "note": "Use both today."})
    assert answer.status_code == 201
    told = {"line": line.pk, "status": "DELIVERED", "quantity": 2, "delivered": 2, "missing": 0}
    assert answer.json() == told
    line.refresh_from_db()
    row = Fulfillment.objects.get()
    assert (line.status, line.delivered_at, row.status, row.note) == ("DELIVERED", NOON, "DELIVERED", "Use both today.")
    units = [unit.pk for unit in line.reservation.units.order_by("position")] if line.reservation else []
    shown = reveal(line=line, unit_ids=units, actor=Actor("mail:x", "buyer"), now=NOON)
    assert [one.secret for one in shown] == ["KEY-1", "KEY-2"]
    assert Notification.objects.exclude(event="paid").get().event == "delivered"


def test_a_part_is_delivered_and_the_rest_is_left_to_others() -> None:
    line, caller = waiting(quantity=3)
    answer = deliver(line, caller, {"secrets": ["KEY-1"]})
    assert answer.json() == {"line": line.pk, "status": "VERIFIED", "quantity": 3, "delivered": 1, "missing": 2}
    row = Fulfillment.objects.get()
    assert (row.status, row.taken_by) == (FulfillmentStatus.WAITING, None)
    assert deliver(line, caller, {"secrets": ["KEY-2", "KEY-3"]}).json()["status"] == "DELIVERED"


def test_what_is_done_is_counted() -> None:
    line, caller = waiting(f.by_hand(kind=Kind.TOP_UP), quantity=3)
    assert deliver(line, caller, {"done": 2}).json()["missing"] == 1
    assert deliver(line, caller, {"done": 1}).json()["status"] == "DELIVERED"


def test_the_same_call_is_done_once() -> None:
    line, caller = waiting(f.by_hand(kind=Kind.TOP_UP), quantity=3)
    answers = [deliver(line, caller, {"done": 1}, call="done-1") for _n in range(3)]
    assert len({answer.content for answer in answers}) == 1
    assert OrderLine.objects.get(pk=line.pk).delivered == 1
    other = deliver(line, caller, {"done": 2}, call="done-1")
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_used")
    keys, caller = waiting()
    first, second = (deliver(keys, caller, {"secrets": ["KEY-1"]}, call="keys-1") for _n in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content


def test_what_the_desk_refuses_is_refused() -> None:
    line, caller = waiting(quantity=2)
    assert refused(deliver(line, caller, {"secrets": ["A", "B", "C"]})) == (409, "wrong_goods", "3 given, 2 missing.")
    said = "The buyer gets what you type in: one key or account a line."
    assert refused(deliver(line, caller, {"done": 1})) == (409, "wrong_goods", said)
    same = "Line 2: the same as a line before it."
    assert refused(deliver(line, caller, {"secrets": ["A", "A"]})) == (409, "bad_secrets", same)
    assert deliver(line, caller, {"secrets": ["A", "B"]}).status_code == 201
    assert refused(deliver(line, caller, {"secrets": ["C"]}))[:2] == (409, "not_waiting")
    again, _caller = waiting(line.sku)
    known = "Line 1: this was in your stock before; it may be sold already."
    assert refused(deliver(again, caller, {"secrets": ["A"]})) == (409, "bad_secrets", known)
    assert Batch.objects.count() == 1
    assert Fulfillment.objects.get(line=again).status == FulfillmentStatus.WAITING


def test_a_line_on_somebodys_desk_is_theirs() -> None:
    line, caller = waiting()
    row = Fulfillment.objects.get()
    take_up(fulfillment_id=row.pk, user=f.member("Sam"), now=NOON)
    assert refused(deliver(line, caller, {"secrets": ["A"]})) == (409, "not_waiting", "Sam is working on this line.")


def test_what_its_own_maker_has_on_the_desk_stays_there() -> None:
    line, caller = waiting(quantity=2)
    owner = Member.objects.get().user
    take_up(fulfillment_id=Fulfillment.objects.get().pk, user=owner, now=NOON)
    assert deliver(line, caller, {"secrets": ["A"]}).json()["status"] == "DELIVERING"
    assert Fulfillment.objects.get().taken_by == owner


def test_a_line_whose_time_is_up_is_the_buyers_money() -> None:
    line, _caller = waiting()
    with clock.at(NOON + dt.timedelta(hours=24)):
        answer = deliver(line, program(line.merchant), {"secrets": ["A"]})
    assert refused(answer) == (409, "not_waiting", "Its time is up: the money goes back to the buyer.")


def test_what_is_not_delivered_by_hand_is_refused() -> None:
    parcel, caller = waiting(f.card_to_ship())
    assert refused(deliver(parcel, caller, {"done": 1})) == (409, "wrong_goods", "This line is sent by courier.")
    from_stock, caller = waiting(f.sku(units=1))
    assert refused(deliver(from_stock, caller, {"secrets": ["A"]}))[:2] == (409, "not_waiting")
    unchecked = f.line_of(f.pay_order(f.place_order(f.by_hand(of=f.listing()))))
    assert refused(deliver(unchecked, caller, {"secrets": ["A"]}))[:2] == (409, "not_waiting")
    assert unchecked.status == LineStatus.PAID


BODIES: list[Any] = [
    {},
    [],
    {"secrets": ["A"], "done": 1},
    {"done": 0},
    {"done": True},
    {"done": "1"},
    {"done": 1.5},
    {"done": 2**31},
    {"secrets": []},
    {"secrets": [1]},
    {"secrets": ["A"], "note": 7},
    {"secrets": ["A"], "note": "x" * 501},
    {"secrets": ["A"], "note": "a\u200bb"},
    {"secrets": ["A"], "status": "DELIVERED"},
]


@pytest.mark.parametrize("body", BODIES, ids=str)
def test_a_body_that_cannot_be_meant_delivers_nothing(body: Any) -> None:
    line, caller = waiting()
    answer = deliver(line, caller, body)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert OrderLine.objects.get().delivered == 0


@pytest.mark.parametrize("key", ["0", "99999999999999999999999", "-1", "x"])
def test_an_odd_id_is_a_line_that_does_not_exist(key: str) -> None:
    assert program(f.merchant()).post(f"lines/{key}/deliver/", {"done": 1}).status_code == 404
