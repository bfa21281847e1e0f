"""Support reads on one page what happened to an order, to the second, and merchants do not."""

import datetime as dt
import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from fulfillment.delivery.clock import refund_overdue
from fulfillment.delivery.reveal import reveal
from kameng.accounts.roles import PlatformRole
from kameng.audit.record import Actor
from kameng.lib import clock
from shop.inventory.models import StockUnit
from shop.orders.models import Order
from tests import factories
from tests.admin.people import platform, signed_in, staff
from tests.factories import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def support() -> Client:
    return signed_in(platform(PlatformRole.SUPPORT))


def rows(client: Client, order: Order) -> list[list[str]]:
    """The cells of the timeline."""
    page = client.get(reverse("admin:orders_order_change", args=[order.pk])).content.decode()
    lines = re.findall(r"<tr[^>]*data-step>(.*?)</tr>", page, re.DOTALL)
    cells = [re.findall(r"<td[^>]*>(.*?)</td>", line, re.DOTALL) for line in lines]
    return [[" ".join(unescape(re.sub(r"<[^>]+>", "", cell)).split()) for cell in each] for each in cells]


def after(seconds: int) -> dt.datetime:
    return NOON + dt.timedelta(seconds=seconds)


def sold(quantity: int = 1) -> Order:
    """Placed at noon, paid seven and delivered nine seconds later, and opened after twelve."""
    order = factories.place_order(quantity=quantity, by=factories.buyer("Guest"), now=NOON)
    factories.pay_order(order, now=after(7))
    factories.deliver_all(after(9))
    line = factories.line_of(order)
    for unit in StockUnit.objects.filter(reservation__line=line):
        reveal(line=line, unit_ids=[unit.pk], actor=Actor(order.holder, "buyer"), now=after(12))
    order.refresh_from_db()
    return order


def test_it_tells_everything_in_the_order_of_time_and_to_the_second(support: Client) -> None:
    found = rows(support, sold())
    times = [cells[0] for cells in found]
    assert times == sorted(times)
    assert times[0] == "2026-11-22 12:00:00"
    assert times[-1] == "2026-11-22 12:00:12"
    told = [(cells[0][-2:], cells[1].partition(" ")[0], cells[2]) for cells in found]
    for step in (("00", "订单", "待付款"), ("07", "订单", "待付款 → 已支付"), ("09", "发往", "已写好")):
        assert step in told, told
    assert {cells[3] for cells in found} >= {"g•••@example.com", "发货", "核验"}
    assert not any("mail:" in cell or "CODE-" in cell for cells in found for cell in cells)
    assert sum("查看了卡密" in cells[2] for cells in found) == 1


def test_money_that_goes_back_is_in_it(support: Client) -> None:
    order = factories.pay_order(factories.place_order(by=factories.buyer("Guest"), now=NOON), now=after(5))
    line = factories.line_of(order)
    assert line.refund_by is not None
    refund_overdue(line_id=line.pk, now=line.refund_by + dt.timedelta(seconds=1))
    found = rows(support, order)
    assert any(cells[1] == "退款" for cells in found)
    assert any(cells[4] == "到退款时限" for cells in found)


def test_it_asks_the_same_number_of_questions_whatever_happened(support: Client) -> None:
    numbers = []
    for quantity in (1, 1, 4):
        order = sold(quantity)
        with CaptureQueriesContext(connection) as queries:
            assert rows(support, order)
        numbers.append(len(queries))
    assert numbers[1] == numbers[2]


def test_a_merchant_reads_no_more_than_the_steps_of_the_order() -> None:
    with clock.at(NOON):
        order = sold()
        client = signed_in(staff("Owner", factories.line_of(order).merchant))
        assert rows(client, order) == []
        page = client.get(reverse("admin:orders_order_change", args=[order.pk])).content.decode()
    assert "待付款 → 已支付" in page
