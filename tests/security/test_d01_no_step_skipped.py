"""D1: no step is skipped - reserved, paid, verified, delivered, completed, each by its own verb, each in its own time.

That no pair of states outside of the list can be walked at all is in `tests/domain/test_transitions.py`.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from fulfillment.delivery.clock import refund_overdue
from fulfillment.delivery.deliver import deliver
from fulfillment.delivery.models import Reveal
from fulfillment.delivery.reveal import NotDelivered, reveal
from fulfillment.delivery.verify import verify
from kameng.audit.models import Entry
from kameng.audit.record import Actor
from shop.inventory.models import StockUnit
from shop.orders.complete import complete
from shop.orders.expire import expire
from shop.orders.models import WAITING_LINES, LineStatus, OrderLine, OrderStatus
from shop.payments.pay import Outcome, pay
from tests import factories
from tests.domain import rows
from tests.factories import NOON

pytestmark = pytest.mark.django_db
LATER = NOON + dt.timedelta(days=30)
Verb = Callable[..., bool]

#: A verb of a line, and the only states in which it does anything.
VERBS: list[tuple[Verb, tuple[LineStatus, ...]]] = [
    (verify, (LineStatus.PAID,)),
    (deliver, (LineStatus.VERIFIED,)),
    (refund_overdue, WAITING_LINES),
    (complete, (LineStatus.DELIVERED,)),
]
ELSEWHERE = [
    pytest.param(verb, status, id=f"{verb.__name__}-{status}")
    for verb, acts in VERBS
    for status in LineStatus
    if status not in acts
]


def _world(line: OrderLine) -> list[Any]:
    """Everything that a step of this line could have changed."""
    units = StockUnit.objects.filter(sku=line.sku_id).order_by("pk")
    return [rows.stored(line), rows.stored(line.order), rows.events(line), rows.events(line.order), list(units.values())]


@pytest.mark.parametrize(("verb", "status"), ELSEWHERE)
def test_a_verb_leaves_a_line_alone_that_is_not_at_its_step(verb: Verb, status: LineStatus) -> None:
    line = factories.line_of(factories.pay_order(factories.place_order(now=NOON), now=NOON))
    rows.force(line, status)
    before = _world(line)
    assert verb(line_id=line.pk, now=LATER) is False
    assert _world(line) == before


def test_an_unpaid_order_is_not_verified_delivered_or_shown() -> None:
    line = factories.line_of(factories.place_order(now=NOON))
    before = _world(line)
    assert not verify(line_id=line.pk, now=NOON)
    assert not deliver(line_id=line.pk, now=NOON)
    _refuse_to_show(line)
    assert _world(line) == before


def test_money_that_never_came_pays_nothing() -> None:
    order = factories.place_order(now=NOON)
    assert pay(order_id=order.pk, now=NOON) is Outcome.SHORT
    assert rows.stored(order)["status"] == OrderStatus.PENDING
    assert rows.events(order) == [("", "PENDING")]


def test_a_paid_line_is_not_delivered_before_it_is_verified() -> None:
    line = factories.line_of(factories.pay_order(factories.place_order(now=NOON), now=NOON))
    assert not deliver(line_id=line.pk, now=NOON)
    _refuse_to_show(line)
    factories.verify_all(NOON)
    _refuse_to_show(line)
    assert deliver(line_id=line.pk, now=NOON)
    assert len(reveal(line=line, unit_ids=_units(line), actor=Actor("mail:a", "buyer"), now=NOON)) == 1


def test_money_is_not_released_before_the_complaint_window_is_over() -> None:
    line = factories.line_of(factories.pay_order(factories.place_order(now=NOON), now=NOON))
    factories.deliver_all(NOON)
    end = NOON + dt.timedelta(seconds=line.complaint_seconds)
    assert not complete(line_id=line.pk, now=end - dt.timedelta(microseconds=1))
    assert complete(line_id=line.pk, now=end)


def test_a_line_is_not_refunded_before_its_deadline_and_not_delivered_after_it() -> None:
    line = factories.line_of(factories.pay_order(factories.place_order(now=NOON), now=NOON))
    factories.verify_all(NOON)
    deadline = NOON + dt.timedelta(seconds=line.refund_seconds)
    assert not refund_overdue(line_id=line.pk, now=deadline - dt.timedelta(microseconds=1))
    assert not deliver(line_id=line.pk, now=deadline)
    assert refund_overdue(line_id=line.pk, now=deadline)
    _refuse_to_show(line)


def test_an_order_does_not_expire_early_or_after_it_was_paid() -> None:
    order = factories.place_order(now=NOON)
    assert not expire(order_id=order.pk, now=order.reserved_until - dt.timedelta(microseconds=1))
    factories.pay_order(order, now=NOON)
    assert not expire(order_id=order.pk, now=LATER)


def _units(line: OrderLine) -> list[int]:
    return list(StockUnit.objects.filter(sku=line.sku_id).values_list("pk", flat=True))


def _refuse_to_show(line: OrderLine) -> None:
    line.refresh_from_db()
    with pytest.raises(NotDelivered):
        reveal(line=line, unit_ids=_units(line), actor=Actor("mail:a", "buyer"), now=NOON)
    assert (Reveal.objects.count(), Entry.objects.count()) == (0, 0)
