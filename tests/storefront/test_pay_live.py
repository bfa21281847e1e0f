"""The pay page asks whether anything is new, and is told where to go when it is paid."""

from urllib.parse import unquote

import pytest

from kameng.lib import clock
from shop.orders.models import Order
from shop.payments.models import PaymentStatus
from shop.payments.outcome import ended
from tests.factories import NOON, buyer, pay_order, place_order
from tests.storefront.paying import LATER, attempt, look, owner, url
from tests.storefront.shopper import Seen

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


def poll(order: Order, version: str) -> Seen:
    return owner(order).get(url(order, "pay_live"), {"v": version})


def test_nothing_new_is_an_empty_answer() -> None:
    order = attempt().order
    version = poll(order, "").response["X-State-Version"]
    answer = poll(order, version)
    assert (answer.status, answer.html) == (204, "")
    assert int(answer.response["X-Now"]) == int(NOON.timestamp())


def test_the_page_carries_the_version_it_shows() -> None:
    order = attempt().order
    version = poll(order, "").response["X-State-Version"]
    assert f'data-version="{version}"' in look(order).html


def test_a_failure_is_shown_without_reloading() -> None:
    payment = attempt()
    version = poll(payment.order, "").response["X-State-Version"]
    ended(payment=payment, status=PaymentStatus.FAILED, now=NOON, reason="declined")
    answer = poll(payment.order, version)
    assert answer.status == 200
    assert "The payment failed" in answer.text
    assert "<html" not in answer.html


def test_a_paid_order_leads_to_its_page() -> None:
    order = pay_order()
    answer = poll(order, "")
    assert (answer.response["X-Go"], answer.response["X-Live"]) == (url(order, "order"), "stop")


def test_the_title_says_the_news() -> None:
    payment = attempt()
    ended(payment=payment, status=PaymentStatus.FAILED, now=NOON, reason="declined")
    assert unquote(poll(payment.order, "").response["X-Title"]).startswith("The payment failed")
    assert "<title>The payment failed" in look(payment.order).html


def test_an_order_that_is_over_is_looked_at_seldom_or_not_at_all() -> None:
    tried, untried = attempt().order, place_order(by=buyer("Carol"))
    with clock.at(LATER):
        assert int(poll(tried, "").response["Retry-After"]) >= 10
        assert poll(untried, "").response["X-Live"] == "stop"


def test_time_over_is_news() -> None:
    order = attempt().order
    version = poll(order, "").response["X-State-Version"]
    with clock.at(LATER):
        assert poll(order, version).status == 200
