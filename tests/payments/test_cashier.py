"""The sandbox's cashier over real HTTP."""

import httpx
import pytest

from shop.orders.models import OrderStatus
from tests.harness.fixtures import Site
from tests.payments.world import started

pytestmark = pytest.mark.django_db(transaction=True)


def press(site: Site, path: str, button: str) -> httpx.Response:
    """Open the cashier and press a button, as a browser without JavaScript would."""
    with httpx.Client(base_url=site.url) as browser:
        page = browser.get(path)
        assert page.status_code == 200, page.text
        token = page.text.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
        return browser.post(path, data={"press": button, "csrfmiddlewaretoken": token})


def test_paying_settles_the_order_before_the_buyer_is_back(site: Site) -> None:
    payment = started()
    answer = press(site, payment.pay_url, "pay")
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/pay/r/{payment.order.number}/"
    payment.order.refresh_from_db()
    assert payment.order.status == OrderStatus.PAID
