"""Words instead of the house's own codes: gateways, references, addresses; and in the demo the way back to the shop."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from kameng.accounts.roles import PlatformRole
from kameng.lib import clock
from shop.orders.models import Order
from shop.payments.models import Payment, RefusedNotice
from tests import factories as f
from tests.admin.composer import read
from tests.admin.people import platform, signed_in
from tests.members.test_wallet import credit, paid_from_wallet

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator() -> Client:
    browser = signed_in(platform(PlatformRole.OPERATOR))
    browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return browser


def order_page(browser: Client, order: Order) -> str:
    return read(browser.get(reverse("admin:orders_order_change", args=[order.pk])).content.decode())


def test_a_payment_by_a_gateway_is_told_in_words_and_by_a_short_number(operator: Client) -> None:
    order = f.pay_order(f.place_order(by=f.buyer(address="203.0.113.9")))
    payment = Payment.objects.get(order=order)
    page = order_page(operator, order)
    assert "Created → Confirmed payment gateway" in page
    assert payment.number not in page
    assert f"{payment.number[:4]}-{payment.number[4:8]}-{payment.number[8:12]}".upper() in page
    assert "IP address 203.0.113.9" in page


def test_a_payment_from_the_wallet_says_wallet_balance(operator: Client) -> None:
    alice = f.member("Alice")
    credit(alice, 20_000)
    order = paid_from_wallet(alice)
    page = order_page(operator, order)
    assert "Wallet balance" in page
    assert "> wallet <" not in operator.get(reverse("admin:orders_order_change", args=[order.pk])).content.decode()


def test_the_address_of_a_refused_notice_is_an_ip_address(operator: Client) -> None:
    RefusedNotice.objects.create(path="/pay/n/x/", address="203.0.113.9", reason="not a form", received_at=clock.now())
    page = read(operator.get(reverse("admin:payments_refusednotice_changelist")).content.decode())
    assert "IP address" in page


def test_only_in_a_demo_the_admin_leads_back_to_the_shop_and_to_its_mail(operator: Client, settings: Any) -> None:
    address = reverse("admin:orders_order_changelist")
    assert "/demo/mail/" not in operator.get(address).content.decode()
    settings.DEMO = True
    page = operator.get(address).content.decode()
    for link in ('href="/">Back to the shop', 'href="/demo/">One-tap sign-in', 'href="/demo/mail/">Demo mail'):
        assert link in page
