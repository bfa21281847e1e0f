"""Lists of orders go by when they were placed, whatever came into the database first."""

import datetime as dt

import pytest
from django.urls import reverse

from kameng.accounts.roles import PlatformRole
from kameng.lib import clock
from shop.orders.models import Order
from tests import factories as f
from tests.admin.people import platform, signed_in
from tests.factories import NOON
from tests.tracking.visitors import signed_in as member_in

pytestmark = pytest.mark.django_db


def test_the_newest_placed_stands_first_though_another_came_in_last() -> None:
    alice = f.member("Alice")
    with clock.at(NOON):
        newest, oldest, middle = (
            f.pay_order(f.place_order(by=f.buyer(user=alice), now=at), now=at)
            for at in (NOON, NOON - dt.timedelta(days=2), NOON - dt.timedelta(days=1))
        )
        mine = member_in(alice).get(reverse("orders")).content.decode()
        support = signed_in(platform(PlatformRole.SUPPORT))
        orders = support.get(reverse("admin:orders_order_changelist")).context["cl"].result_list
        lines = support.get(reverse("admin:orders_orderline_changelist")).context["cl"].result_list
    wished: list[Order] = [newest, middle, oldest]
    assert sorted(wished, key=lambda order: mine.index(f"/o/{order.number}/")) == wished
    assert list(orders) == wished
    assert [line.order for line in lines] == wished
