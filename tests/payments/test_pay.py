"""Making an order paid: what else happens between an attempt and its end."""

import datetime as dt

import pytest

from kameng.tasks.registry import run_all
from shop.orders.models import Order, OrderStatus
from shop.payments import pay as paying
from shop.payments.pay import Outcome, pay
from tests.factories import place_order, receive

pytestmark = pytest.mark.django_db

SECOND = dt.timedelta(seconds=1)


def test_the_rest_that_comes_while_too_little_is_noticed_is_not_forgotten(
    noon: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = place_order()
    receive(order, 4000, now=noon)
    give_up = paying._look_again

    def and_meanwhile(*args: object) -> None:
        # The receipt is committed; its own attempt dies before it begins.
        receive(order, 5800, now=noon + SECOND)
        give_up(*args)  # type: ignore[arg-type]

    with monkeypatch.context() as slow:
        slow.setattr(paying, "_look_again", and_meanwhile)
        assert pay(order_id=order.pk, now=noon) is Outcome.SHORT
    run_all(now=noon + 2 * SECOND, only={"pay"})
    assert Order.objects.get().status == OrderStatus.PAID
