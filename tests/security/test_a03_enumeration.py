"""A3: nobody learns from sign-in, sign-up, a forgotten password or a changed address whether an address has an account.

Every page answers in the same words, the password is hashed as often, and the mail goes out from the queue: what is left to
measure is a few rows, and the two kinds of answers differ in none that are counted here.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.test import Client
from django.urls import reverse

from kameng.notices.models import Notification
from tests.factories import PASSWORD, verified
from tests.letters import post

pytestmark = pytest.mark.django_db

KNOWN, UNKNOWN = "alice@example.com", "nobod@example.com"


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows by one for each password that is hashed."""
    seen: list[int] = []
    encode = MD5PasswordHasher.encode

    def counted(self: Any, password: str, salt: str) -> str:
        seen.append(1)
        return str(encode(self, password, salt))

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    return seen


def sign_in(browser: Client, email: str) -> Any:
    return browser.post(reverse("account_login"), {"login": email, "password": "a wrong pass phrase"}, follow=True)


def sign_up(browser: Client, email: str) -> Any:
    sent = {"email": email, "password1": PASSWORD, "password2": PASSWORD}
    return browser.post(reverse("account_signup"), sent, follow=True)


def forget(browser: Client, email: str) -> Any:
    return browser.post(reverse("account_reset_password"), {"email": email}, follow=True)


def ask_for_code(browser: Client, email: str) -> Any:
    return browser.post(reverse("account_request_login_code"), {"email": email}, follow=True)


def change(browser: Client, email: str) -> Any:
    bob = verified("Bob")
    browser.post(reverse("account_login"), {"login": bob.email, "password": PASSWORD})
    return browser.post(reverse("account_email"), {"action_add": "", "email": email}, follow=True)


@pytest.mark.parametrize("way", [sign_in, sign_up, forget, ask_for_code, change])
def test_known_and_unknown_read_the_same_and_cost_the_same(way: Callable[..., Any], hashed: list[int]) -> None:
    verified()
    verified("Bob")
    told = {}
    for email in (KNOWN, UNKNOWN):
        hashed.clear()
        before = Notification.objects.count()
        browser = Client(headers={"x-forwarded-for": f"203.0.113.{len(email)}"})
        answer = way(browser, email)
        page = answer.content.decode().replace(email, "…")
        told[email] = (
            answer.status_code,
            answer.redirect_chain,
            plain(page),
            len(hashed),
            Notification.objects.count() - before,
        )
    assert told[KNOWN] == told[UNKNOWN]
    assert not mail.outbox, "nothing is mailed while the visitor waits"


def plain(page: str) -> str:
    """The page without what is new each time: tokens and the clock."""
    lines = (line for line in page.splitlines() if "csrfmiddlewaretoken" not in line and "data-now" not in line)
    return "\n".join(lines)


def test_whoever_owns_the_address_is_told_by_mail() -> None:
    verified()
    browser = Client(headers={"accept-language": "en"})
    sign_up(browser, KNOWN)
    forget(browser, UNKNOWN)
    taken, unknown = post()
    assert taken.subject == "You have an account already"
    assert unknown.subject == "No account with this address"


def test_a_letter_is_sealed_until_it_is_sent_and_gone_afterwards() -> None:
    verified()
    browser = Client(headers={"accept-language": "en"})
    forget(browser, KNOWN)
    row = Notification.objects.get()
    assert set(row.context) == {"sealed"}
    (message,) = post()
    code = next(line for line in str(message.body).splitlines() if line.isdigit())
    assert code not in str(row.context)
    row.refresh_from_db()
    assert row.context == {}
    assert row.sent_at is not None
