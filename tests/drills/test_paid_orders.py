"""A hundred buyers have paid when a part of the worker is killed: each gets the goods, once, and nobody has to come."""

import datetime as dt
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pytest
from django.db.models import QuerySet

from kameng.lib import clock
from kameng.tasks.lanes import FAST
from shop.catalog.models import Sku
from shop.orders.models import LineStatus, Order, OrderLine
from tests import factories
from tests.drills.backlog.apps import PACE
from tests.drills.endings import assert_delivered_once, assert_invariants
from tests.drills.lanes import BUSY, IDLE, LANE, Lane
from tests.drills.waiting import until
from tests.drills.workers import FREEZING, KINDS, until_well, working
from tests.harness.scale import scale

pytestmark = [
    pytest.mark.drill,
    pytest.mark.alone,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc"),
]

ORDERS = scale(20, 100)
LIMIT_SECONDS = 120.0
SECONDS_A_DELIVERY = "0.05"
# In `make test` one that always works and the one that freezes django-q2; test_worker_kills.py goes through all of them.
SMALL = tuple(kind for kind in KINDS if kind in (BUSY, IDLE, LANE))


@pytest.mark.parametrize(
    "kinds", scale([SMALL], [(kind,) * 10 for kind in KINDS]), ids=lambda kinds: "+".join(dict.fromkeys(kinds))
)
def test_a_kill_delays_and_repeats_no_delivery(kinds: tuple[str, ...], tmp_path: Path) -> None:
    sku = factories.sku(units=ORDERS * len(kinds))
    with working(tmp_path, {PACE: SECONDS_A_DELIVERY}) as worker:
        lane = Lane(FAST, worker.pid, tmp_path)
        for turn, kind in enumerate(kinds):
            orders = [received_order(sku, f"buyer-{turn}-{n}") for n in range(ORDERS)]
            until_well(lane)
            kill_while_they_wait(lane, kind, orders, at_work=kind == BUSY or (kind not in FREEZING and turn % 2 == 0))
            lines = lines_of(orders)
            seconds = until(partial(all_delivered, lines), "the backlog is drained", within=LIMIT_SECONDS)
            until_well(lane)
            print(f"{kind} killed, {ORDERS} orders delivered {seconds:.1f} s later")
            for line in lines:
                assert_delivered_once(line)
    assert_invariants(clock.now())


def received_order(sku: Sku, name: str) -> Order:
    """An order whose money is in; the worker looks at it when it is `released`."""
    order = factories.place_order(sku, by=factories.buyer(name))
    factories.receive(order, order.total, now=clock.now() + dt.timedelta(minutes=10))
    return order


def kill_while_they_wait(lane: Lane, kind: str, orders: Sequence[Order], *, at_work: bool) -> None:
    if not at_work:
        # What freezes would else do all of it before the freeze is felt.
        lane.kill(kind)
    Order.objects.filter(pk__in=[order.pk for order in orders]).update(pay_due_at=clock.now())
    if at_work:
        first = lines_of(orders).filter(status=LineStatus.DELIVERED)
        until(lambda: first.exists() and (kind != BUSY or lane.at_work()), "the orders are being delivered")
        lane.kill(kind)
        assert not all_delivered(lines_of(orders)), "killed too late to prove anything"


def lines_of(orders: Sequence[Order]) -> QuerySet[OrderLine]:
    return OrderLine.objects.filter(order__in=[order.pk for order in orders])


def all_delivered(lines: QuerySet[OrderLine]) -> bool:
    return not lines.exclude(status=LineStatus.DELIVERED).exists()
