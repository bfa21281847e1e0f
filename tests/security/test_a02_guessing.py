"""A2: guessing is slowed for an account and for an address, and locks nobody else out."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import PASSWORD, verified
from tests.factors import code_of, enrol

pytestmark = pytest.mark.django_db


def attempt(email: str, password: str, address: str = "203.0.113.5") -> int:
    """One try from a fresh browser at this address."""
    sent = {"login": email, "password": password}
    return Client(headers={"x-forwarded-for": address}).post(reverse("account_login"), sent).status_code


def test_the_eleventh_try_on_an_account_is_refused_and_its_owner_comes_in_from_elsewhere() -> None:
    alice = verified()
    enrol(alice)
    assert [attempt(alice.email, f"wrong {n}") for n in range(11)] == [200] * 10 + [429]
    assert attempt(alice.email, PASSWORD) == 429, "the right one neither, from there"
    owner = Client(headers={"x-forwarded-for": "198.51.100.7"})
    owner.post(reverse("account_login"), {"login": alice.email, "password": PASSWORD})
    assert owner.post(reverse("mfa_authenticate"), {"code": code_of(alice)})["Location"] == "/"
    assert owner.get(reverse("security")).status_code == 200


def test_one_try_on_each_of_many_accounts_is_refused_from_the_fifty_first() -> None:
    answers = [attempt(f"somebody{n}@example.com", "a wrong pass phrase") for n in range(53)]
    assert answers == [200] * 50 + [429] * 3


def test_another_address_of_the_same_ipv6_network_is_the_same_guesser() -> None:
    alice = verified()
    tries = [attempt(alice.email, "wrong", f"2001:db8:1:2::{n}") for n in range(1, 12)]
    assert tries == [200] * 10 + [429]


def test_codes_of_the_second_step_cannot_be_guessed_either() -> None:
    alice = verified()
    enrol(alice)
    browser = Client()
    browser.post(reverse("account_login"), {"login": alice.email, "password": PASSWORD})
    for n in range(12):
        browser.post(reverse("mfa_authenticate"), {"code": f"{n:06}"})
    told = browser.post(reverse("mfa_authenticate"), {"code": code_of(alice)})
    assert told.status_code == 200
    assert "_auth_user_id" not in browser.session
