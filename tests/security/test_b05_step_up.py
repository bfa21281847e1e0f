"""B5: what cannot be taken back asks again for the second factor where it was not shown within ten minutes."""

import time
from typing import Any

import pytest
import time_machine
from django.db import models
from django.test import Client
from django.urls import reverse

from kameng.accounts.roles import PlatformRole
from kameng.lib import clock
from shop.payments.models import GatewayAccount, Refund, RefundStatus
from tests import factories as f
from tests.admin.people import platform, signed_in
from tests.factors import code_of

pytestmark = pytest.mark.django_db

MINUTE = 60
PROVE = reverse("prove")


def rows(model: type[models.Model]) -> list[dict[str, Any]]:
    return list(model._default_manager.order_by("pk").values())


def later(browser: Client, minutes: int, path: str, sent: dict[str, Any]) -> tuple[Any, Any]:
    """The page, and what it answers to the form, so many minutes after the second factor was shown."""
    with time_machine.travel(time.time() + minutes * MINUTE):
        return browser.get(path), browser.post(path, sent)


def test_a_gateways_credentials() -> None:
    account = f.gateway_account()
    before = rows(GatewayAccount)
    browser = signed_in(platform())
    path = reverse("admin:payments_gatewayaccount_change", args=[account.pk])
    page, answer = later(browser, 11, path, {"name": "mine", "pid": "p", "key": "k" * 20, "position": 1})
    assert page.status_code == answer.status_code == 302
    assert page["Location"] == answer["Location"] == f"{PROVE}?next={path.replace('/', '%2F')}"
    assert rows(GatewayAccount) == before
    page, _answer = later(browser, 9, path, {})
    assert page.status_code == 200


def test_a_refund_by_hand() -> None:
    browser = signed_in(platform(PlatformRole.FINANCE))
    order = f.place_order(f.sku(units=1))
    payment = f.receive(order, order.total, now=clock.now())
    told = {"payment": payment, "order": order, "destination": "SOURCE", "amount": order.total, "reason": "rest"}
    refund = Refund.objects.create(**told, status=RefundStatus.MANUAL, requested_at=clock.now())
    before = rows(Refund)
    path = f"/admin/payments/refund/{refund.pk}/by-hand/"
    page, answer = later(browser, 11, path, {"reference": "paid in cash"})
    assert page.status_code == answer.status_code == 302
    assert answer["Location"].startswith(PROVE)
    assert rows(Refund) == before


def test_the_code_leads_back_to_the_page() -> None:
    person = platform()
    browser = signed_in(person)
    path = reverse("admin:payments_gatewayaccount_add")
    with time_machine.travel(time.time() + 11 * MINUTE):
        page = browser.get(path, follow=True)
        asked = page.redirect_chain[-1][0]
        assert asked.startswith(reverse("mfa_reauthenticate"))
        assert browser.post(asked, {"code": "000000"}).status_code == 200
        assert browser.post(asked, {"code": code_of(person)})["Location"] == path
        assert browser.get(path).status_code == 200


def test_nothing_that_was_sent_is_kept_meanwhile() -> None:
    """A session is stored in the clear, and a form may hold a secret."""
    browser = signed_in(platform())
    later(browser, 11, reverse("admin:payments_gatewayaccount_add"), {"key": "A-SECRET-KEY"})
    assert "A-SECRET-KEY" not in str(dict(browser.session.items()))
    with time_machine.travel(time.time() + 40 * MINUTE):
        browser.post(reverse("admin:payments_gatewayaccount_add"), {"key": "A-SECRET-KEY"})
    assert "A-SECRET-KEY" not in str(dict(browser.session.items()))


def test_next_stays_on_this_host() -> None:
    browser = signed_in(platform())
    assert browser.get(PROVE, {"next": "https://evil.example/"})["Location"] == "/"
    assert browser.get(reverse("second_factor"), {"next": "//evil.example/"})["Location"] == reverse("security")
