"""F6: wherever a payment sends the buyer, it is a page of this host."""

from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from shop.orders.access import SESSION_KEY
from shop.payments.models import Payment
from tests.payments.world import send, started, trade_of, word

pytestmark = pytest.mark.django_db

HOSTILE = ["//evil.example", "https:evil.example", "\\\\evil.example", "/%09/evil.example", "javascript:alert(1)"]
HOSTILE += ["https://evil.example/", "/\\evil.example", "///evil.example", "http:///evil.example"]


def guest(payment: Payment) -> Client:
    """The browser that placed the order."""
    browser = Client()
    session = browser.session
    session[SESSION_KEY] = {payment.order.number: payment.order.token}
    session.save()
    browser.cookies["sessionid"] = session.session_key or ""
    return browser


@pytest.mark.parametrize("target", HOSTILE)
@pytest.mark.parametrize("name", ["next", "return_url", "url", "trade_status"])
def test_the_way_back_reads_nothing_of_its_address(name: str, target: str) -> None:
    payment = started()
    send(word(payment))
    url = reverse("pay_return", args=[payment.order.number])
    answer = guest(payment).get(url, {name: target})
    assert (answer.status_code, answer["Location"]) == (302, reverse("order", args=[payment.order.number]))


@pytest.mark.parametrize("target", HOSTILE)
def test_the_cashier_sends_back_to_this_host_only(target: str) -> None:
    payment = started()
    trade = trade_of(payment)
    trade.return_url = target
    trade.notify_url = ""
    trade.save()
    answer = Client().post(payment.pay_url, {"press": "silent"})
    assert answer.status_code == 302
    assert urlsplit(urljoin("https://shop.example/sandbox/", answer["Location"])).netloc == "shop.example"
    assert answer["Location"].startswith("/")


def test_the_addresses_given_to_a_gateway_carry_no_secret() -> None:
    """H8: the way back carries the order's number only; it opens nothing by itself."""
    payment = started()
    trade = trade_of(payment)
    assert trade.return_url == f"http://testserver/pay/r/{payment.order.number}/"
    assert trade.notify_url == f"http://testserver/pay/n/{payment.account.public_id}/"
    assert payment.order.token not in trade.return_url + trade.notify_url + payment.pay_url
    assert Client().get(reverse("pay_return", args=[payment.order.number])).status_code == 404
