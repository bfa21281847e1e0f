"""What a number of the first page opens is what it counts; also where clocks are changed."""

import datetime as dt
import re
from collections.abc import Iterator
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from fulfillment.delivery.clock import refund_overdue
from fulfillment.delivery.manual import Goods, hand_in, take_up
from fulfillment.delivery.models import Fulfillment
from fulfillment.desk.figures import today
from kameng.lib import clock
from shop.catalog.models import Kind
from shop.orders.models import LineStatus, OrderLine
from tests.admin.people import signed_in, staff
from tests.admin.test_dashboard import look, sold
from tests.factories import NOON, by_hand, listing, merchant, verify_all

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


def test_what_went_back_of_a_line_delivered_in_part_is_in_the_list_of_what_went_back() -> None:
    jade = merchant("Jade Cards")
    owner = staff("owner", jade)
    line = sold(by_hand(9, kind=Kind.MEMBERSHIP, of=listing("Moon Harbour", seller=jade)), NOON - dt.timedelta(hours=1), 3)
    with clock.at(NOON - dt.timedelta(minutes=50)):
        verify_all()
        work = Fulfillment.objects.get(line=line)
        take_up(fulfillment_id=work.pk, user=owner, now=clock.now())
        hand_in(fulfillment_id=work.pk, user=owner, goods=Goods(done=1), now=clock.now())
    line.refresh_from_db()
    assert line.refund_by is not None
    assert refund_overdue(line_id=line.pk, now=line.refund_by)
    line.refresh_from_db()
    assert (line.status, line.refunded_amount) == (LineStatus.DELIVERED, 19_600)
    with clock.at(NOON):
        browser = signed_in(owner)
        page = look(browser, reverse("admin:index"))
        links = re.findall(r'href="([^"]+)"[^>]*>¥196\.00<', page.html)
        assert len(links) == 2, "today, and the day in the table"
        for link in links:
            assert line.order.shown_number in look(browser, unescape(link)).text


@pytest.mark.parametrize(
    ("zone", "now"),
    [
        ("Europe/Berlin", "2026-03-30 12:00:00"),
        ("Europe/Berlin", "2026-10-26 12:00:00"),
        ("Asia/Shanghai", "2026-10-26 00:00:01"),
    ],
)
def test_a_week_ago_until_this_time_is_by_the_clock_on_the_wall(zone: str, now: str) -> None:
    at = dt.datetime.fromisoformat(now).replace(tzinfo=ZoneInfo(zone))
    wall = at.replace(tzinfo=None)
    with timezone.override(zone):
        then = today(OrderLine.objects.all(), at.astimezone(dt.UTC)).then
        since, until = timezone.localtime(then.since), timezone.localtime(then.until)
    week = dt.timedelta(days=7)
    assert since.replace(tzinfo=None) == (wall - week).replace(hour=0, minute=0, second=0)
    assert until.replace(tzinfo=None) == wall - week
