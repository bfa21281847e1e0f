"""Coming back from the gateway: it proves nothing, the gateway is asked."""

import pytest
from django.test import Client
from django.urls import reverse

from shop.orders.models import OrderStatus
from shop.payments.gateways.sandbox.models import SandboxTrade
from shop.payments.models import Payment, PaymentStatus
from tests.factories import buyer, member, place_order
from tests.payments.world import send, started, word
from tests.security.test_f06_payment_return import guest

pytestmark = pytest.mark.django_db


def back(browser: Client, payment: Payment, **query: str) -> str:
    """Where the way back leads."""
    answer = browser.get(reverse("pay_return", args=[payment.order.number]), query)
    assert answer.status_code == 302
    return str(answer["Location"])


def test_money_that_is_there_already_is_found_by_asking() -> None:
    payment = started()
    SandboxTrade.objects.update(paid=9800)
    assert back(guest(payment), payment) == reverse("order", args=[payment.order.number])
    payment.refresh_from_db()
    payment.order.refresh_from_db()
    assert (payment.status, payment.order.status) == (PaymentStatus.CONFIRMED, OrderStatus.PAID)


def test_coming_back_is_no_proof_of_payment() -> None:
    payment = started()
    claims = {"trade_status": "TRADE_SUCCESS", "state": "paid", "sign": "0" * 64, "amount": "98.00"}
    assert back(guest(payment), payment, **claims) == reverse("pay", args=[payment.order.number])
    payment.refresh_from_db()
    assert payment.status == PaymentStatus.PENDING


def test_a_failed_payment_leads_to_another_way() -> None:
    payment = started()
    send(word(payment, state="failed"))
    assert back(guest(payment), payment) == reverse("pay", args=[payment.order.number])


def test_a_member_comes_back_to_the_order() -> None:
    alice = member()
    payment = started(place_order(by=buyer(user=alice)))
    send(word(payment))
    browser = Client()
    browser.force_login(alice, "allauth.account.auth_backends.AuthenticationBackend")
    assert back(browser, payment) == reverse("order", args=[payment.order.number])


def test_a_stranger_learns_nothing_and_asks_nobody() -> None:
    payment = started()
    SandboxTrade.objects.update(paid=9800)
    assert Client().get(reverse("pay_return", args=[payment.order.number])).status_code == 404
    payment.refresh_from_db()
    assert payment.status == PaymentStatus.PENDING
    assert Client().get(reverse("pay_return", args=["0" * 16])).status_code == 404
