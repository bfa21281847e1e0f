"""A5: a new password never stands in for the second factor."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from kameng.accounts.models import User
from tests.admin.people import platform
from tests.factories import PASSWORD, verified
from tests.factors import code_of, enrol
from tests.letters import newest_code

pytestmark = pytest.mark.django_db

NEW = "another long pass phrase"


def set_anew(user: User) -> Client:
    """Somebody who reads the person's mail sets a new password."""
    browser = Client(headers={"accept-language": "en"})
    assert browser.post(reverse("account_reset_password"), {"email": user.email}).status_code == 302
    code = {"code": newest_code()}
    assert browser.post(reverse("account_confirm_password_reset_code"), code).status_code == 302
    done = browser.post(reverse("account_complete_password_reset"), {"password1": NEW, "password2": NEW}, follow=True)
    assert "Your new password is set" in done.content.decode()
    return browser


def test_staff_still_stop_at_the_second_factor() -> None:
    person = platform()
    enrol(person)
    browser = set_anew(person)
    assert "_auth_user_id" not in browser.session
    door = browser.post(reverse("admin:login"), {"username": person.email, "password": NEW})
    assert door["Location"] == reverse("mfa_authenticate")
    assert "_auth_user_id" not in browser.session
    assert browser.get("/admin/")["Location"].startswith("/admin/login/")
    assert browser.post(reverse("mfa_authenticate"), {"code": code_of(person)})["Location"] == "/admin/"


def test_by_code_instead_of_a_password_it_is_asked_for_as_well() -> None:
    alice = verified()
    enrol(alice)
    browser = Client()
    browser.post(reverse("account_request_login_code"), {"email": alice.email})
    answer = browser.post(reverse("account_confirm_login_code"), {"code": newest_code()})
    assert answer["Location"] == reverse("mfa_authenticate")
    assert "_auth_user_id" not in browser.session


def test_whoever_was_signed_in_by_the_old_one_is_signed_out() -> None:
    alice = verified()
    old = Client()
    old.post(reverse("account_login"), {"login": alice.email, "password": PASSWORD})
    key = old.session.session_key
    set_anew(alice)
    assert not Session.objects.filter(session_key=key).exists()
    assert old.get(reverse("security")).status_code == 302


def test_three_wrong_codes_and_the_right_one_is_worth_nothing() -> None:
    alice = verified()
    browser = Client()
    browser.post(reverse("account_reset_password"), {"email": alice.email})
    right = newest_code()
    for _attempt in range(3):
        browser.post(reverse("account_confirm_password_reset_code"), {"code": "000000" if right != "000000" else "1"})
    browser.post(reverse("account_confirm_password_reset_code"), {"code": right})
    assert browser.get(reverse("account_complete_password_reset")).status_code == 302
