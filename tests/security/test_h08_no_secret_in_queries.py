"""H8: what leads elsewhere, or stands in an address at all, carries the order's number and no more."""

import re
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from kameng.tasks.registry import run_all
from shop.orders.models import Order
from shop.payments.models import Payment
from tests import factories as f
from tests.payments.world import trade_of
from tests.security.sources import ROOT
from tests.storefront.shopper import Shopper

pytestmark = pytest.mark.django_db


def secrets_of(order: Order) -> list[str]:
    return [order.token, order.email, order.nonce, order.device]


def test_a_gateway_learns_the_number_and_where_to_answer() -> None:
    f.gateway_account()
    bob = Shopper()
    order = bob.order(f.sku(units=1))
    trade = trade_of(Payment.objects.get())
    assert trade.return_url == f"http://testserver/pay/r/{order.number}/"
    for address in (trade.return_url, trade.notify_url, Payment.objects.get().pay_url):
        assert urlsplit(address).query == ""
        assert [text for text in secrets_of(order) if text and text in address] == []


def test_the_way_through_the_shop_leaves_no_secret_in_any_address() -> None:
    """Every redirect from the cart to the goods, and back from the gateway."""
    f.gateway_account()
    bob, goods = Shopper(), f.sku(units=1, unpaid_limit=2)
    form = bob.checkout(goods)
    places = [bob.send(form).response["Location"]]
    order = Order.objects.get()
    pay = Payment.objects.get().pay_url
    places.append(bob.client.post(pay, {"press": "pay"})["Location"])
    places.append(bob.client.get(reverse("pay_return", args=[order.number]))["Location"])
    run_all(only={"pay", "verify", "deliver"})
    for page in ("pay", "order"):
        answer = bob.client.get(reverse(page, args=[order.number]))
        places += [answer["Location"]] if answer.status_code == 302 else []
    places.append(bob.client.get(reverse("order_link", args=[order.token]))["Location"])
    places.append(bob.client.post(reverse("resend", args=[order.number]))["Location"])
    assert len(places) >= 6
    for place in places:
        assert urlsplit(place).query == ""
        assert [text for text in secrets_of(order) if text and text in place] == []


def test_the_page_behind_a_link_with_a_token_tells_it_to_nobody() -> None:
    order = f.delivered_order()
    answer = Client().get(reverse("order_link", args=[order.token]))
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer["Location"] == reverse("order", args=[order.number])


def test_no_page_of_an_order_holds_its_token() -> None:
    order = f.delivered_order()
    browser = Client()
    browser.get(reverse("order_link", args=[order.token]))
    assert order.token not in browser.get(reverse("order", args=[order.number])).content.decode()


def test_no_form_with_a_secret_is_sent_by_get() -> None:
    """A form without a method, or with get, would put what is typed into the address."""
    for path in (ROOT / "templates").rglob("*.html"):
        for form in re.findall(r"<form\b.*?</form>", path.read_text(), re.DOTALL):
            if not re.match(r'<form[^>]*method="post"', form):
                assert not re.search(r'type="(password|email)"|name="(email|token|code|password|unit)"', form), path
