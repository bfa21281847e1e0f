"""A6: a code of the app opens once, a recovery code once; neither they nor the app's key are in the database to be read."""

import base64
from typing import Any

import pytest
from allauth.mfa.utils import decrypt
from django.test import Client
from django.urls import reverse

from kameng.accounts.models import FactorKey, User
from kameng.lib import crypto
from shop.inventory.rotate import rotate, sealed_models
from tests.factories import PASSWORD, verified
from tests.factors import code_of, enrol
from tests.security.dump import places_of

pytestmark = pytest.mark.django_db


def at_the_second_step(user: User) -> Client:
    browser = Client()
    browser.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    return browser


def opens(user: User, code: str) -> bool:
    browser = at_the_second_step(user)
    browser.post(reverse("mfa_authenticate"), {"code": code})
    return "_auth_user_id" in browser.session


def test_the_same_code_opens_once() -> None:
    alice = verified()
    enrol(alice)
    code = code_of(alice)
    assert opens(alice, code)
    assert not opens(alice, code)


def test_a_recovery_code_opens_once() -> None:
    alice = verified()
    first, second = codes(alice)[:2]
    assert opens(alice, first)
    assert not opens(alice, first)
    assert opens(alice, second)


def codes(user: User) -> list[str]:
    enrol(user)
    row = user.authenticator_set.get(type="recovery_codes")  # type: ignore[attr-defined]
    return list(row.wrap().get_unused_codes())


def test_none_of_it_is_in_a_dump() -> None:
    alice = verified()
    kept = codes(alice)
    reference = enrol(alice).data["secret"]
    assert places_of(FactorKey.objects.get(ref=reference).sealed) == ["accounts_factorkey.sealed"]
    assert places_of(*kept, decrypt(reference)) == []


def test_the_keys_are_sealed_anew_with_the_others(settings: Any) -> None:
    alice = verified()
    enrol(alice)
    assert FactorKey in sealed_models()
    fresh = base64.urlsafe_b64encode(b"n" * 32).decode()
    settings.SECRETS_KEYS = f"n1:{fresh},{settings.SECRETS_KEYS}"
    outcome = rotate(model=FactorKey)
    assert (outcome.resealed, outcome.broken) == (2, [])
    assert {crypto.key_id(row.sealed) for row in FactorKey.objects.all()} == {"n1"}
    assert opens(alice, code_of(alice))


def test_a_key_goes_with_its_factor() -> None:
    alice = verified()
    enrol(alice).delete()
    assert FactorKey.objects.count() == 1, "that of the recovery codes"
