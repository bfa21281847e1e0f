"""B2: the admin asks again after half an hour without a page, and after twelve hours anyway; a buyer stays a fortnight."""

import time

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.admin.people import platform, signed_in
from tests.factories import PASSWORD, verified
from tests.factors import code_of

pytestmark = pytest.mark.django_db

MINUTE, HOUR = 60, 3600
ASKS = reverse("second_factor")


def asked(browser: Client) -> bool:
    answer = browser.get("/admin/")
    return answer.status_code == 302 and answer["Location"].startswith(ASKS)


def test_after_half_an_hour_without_a_page() -> None:
    browser = signed_in(platform())
    with time_machine.travel(time.time() + 29 * MINUTE):
        assert not asked(browser)
    with time_machine.travel(time.time() + (29 + 31) * MINUTE):
        assert asked(browser)


def test_after_twelve_hours_however_busy() -> None:
    browser, began = signed_in(platform()), time.time()
    for minutes in range(0, 12 * 60, 10):
        with time_machine.travel(began + minutes * MINUTE):
            assert not asked(browser), minutes
    with time_machine.travel(began + 12 * HOUR + MINUTE):
        assert asked(browser)


def test_the_code_of_the_app_opens_it_again_where_one_was() -> None:
    person = platform()
    browser = signed_in(person)
    with time_machine.travel(time.time() + HOUR):
        page = browser.get(reverse("admin:orders_order_changelist"), follow=True)
        assert page.redirect_chain[-1][0].startswith(reverse("mfa_reauthenticate"))
        back = browser.post(
            page.redirect_chain[-1][0], {"code": code_of(person), "next": page.context["redirect_field_value"]}
        )
        assert back["Location"] == reverse("admin:orders_order_changelist")
        assert not asked(browser)


def test_a_buyer_stays_signed_in_for_a_fortnight() -> None:
    alice, began = verified(), time.time()
    browser = Client()
    browser.post(reverse("account_login"), {"login": alice.email, "password": PASSWORD})
    assert int(browser.cookies[settings.SESSION_COOKIE_NAME]["max-age"]) == 14 * 24 * HOUR
    with time_machine.travel(began + 14 * 24 * HOUR - MINUTE):
        assert browser.get(reverse("security")).status_code == 200
    with time_machine.travel(began + 14 * 24 * HOUR + MINUTE):
        assert browser.get(reverse("security")).status_code == 302
