"""A7: another address needs the password, is confirmed where it is read, and the old one hears of it."""

import time
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from kameng.accounts.models import User
from tests.factories import PASSWORD, verified
from tests.letters import newest_code, post

pytestmark = pytest.mark.django_db

NEW = "new@example.com"
ADDRESSES = reverse("account_email")


def signed_in_long_ago() -> tuple[User, Client]:
    """Alice's browser, a quarter of an hour after she signed in: whoever sits there now need not be her."""
    alice = verified()
    browser = Client(headers={"accept-language": "en"})
    with time_machine.travel(time.time() - 900):
        browser.post(reverse("account_login"), {"login": alice.email, "password": PASSWORD})
    return alice, browser


def add(browser: Client) -> Any:
    return browser.post(ADDRESSES, {"action_add": "", "email": NEW})


def test_without_the_password_nothing_changes() -> None:
    alice, browser = signed_in_long_ago()
    asked = add(browser)
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    refused = browser.post(reverse("account_reauthenticate"), {"password": "wrong", "next": ADDRESSES})
    assert refused.status_code == 200
    assert "Incorrect password" in refused.content.decode()
    assert list(EmailAddress.objects.values_list("email", flat=True)) == [alice.email]
    assert post() == []


def test_with_it_the_new_one_is_confirmed_by_a_code_and_the_old_one_hears_of_it() -> None:
    alice, browser = signed_in_long_ago()
    add(browser)
    browser.post(reverse("account_reauthenticate"), {"password": PASSWORD, "next": ADDRESSES})
    assert [message.to for message in post()] == [[NEW]]
    assert not EmailAddress.objects.filter(email=NEW, verified=True).exists()
    browser.post(reverse("account_email_verification_sent"), {"code": newest_code()})
    assert EmailAddress.objects.get(email=NEW).verified
    browser.post(ADDRESSES, {"action_primary": "", "email": NEW})
    alice.refresh_from_db()
    assert alice.email == NEW
    told = post()[-1]
    assert told.to == ["alice@example.com"]
    assert told.subject == "Your address was changed"
    assert "from alice@example.com to new@example.com" in str(told.body)


def test_neither_is_another_made_the_main_one_nor_removed_without_it() -> None:
    alice, browser = signed_in_long_ago()
    EmailAddress.objects.create(user=alice, email=NEW, verified=True)
    for act in ("action_primary", "action_remove"):
        asked = browser.post(ADDRESSES, {act: "", "email": NEW})
        assert asked["Location"].startswith(reverse("account_reauthenticate"))
    assert EmailAddress.objects.get(email="alice@example.com").primary
    assert EmailAddress.objects.filter(email=NEW).exists()
