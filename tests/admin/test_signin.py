"""The admin's door: e-mail and password, counted like every sign-in, with a policy of its own behind it."""

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories
from tests.admin.people import platform, signed_in
from tests.factories import PASSWORD
from tests.factors import code_of, enrol

pytestmark = pytest.mark.django_db

LOGIN = "/admin/login/?next=/admin/"


def sign_in(client: Client, email: str, password: str = PASSWORD) -> int:
    return client.post(LOGIN, {"username": email, "password": password}).status_code


def test_staff_sign_in_by_address_and_password(client: Client) -> None:
    person = platform()
    assert client.get("/admin/").status_code == 302
    assert client.get(LOGIN).status_code == 200
    assert sign_in(client, person.email, "wrong") == 200
    enrol(person)
    assert sign_in(client, person.email) == 302
    assert client.post(reverse("mfa_authenticate"), {"code": code_of(person)})["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_a_buyer_is_told_and_not_let_in(client: Client) -> None:
    assert sign_in(client, factories.member("Buyer").email) == 200
    assert client.get("/admin/").status_code == 302


def test_guessing_is_counted(client: Client) -> None:
    person = platform()
    for _attempt in range(12):
        sign_in(client, person.email, "wrong")
    assert sign_in(client, person.email) == 429
    assert client.get("/admin/").status_code == 302


def test_only_the_admin_may_evaluate(client: Client) -> None:
    admin = signed_in(platform())
    policies = {path: admin.get(path)["Content-Security-Policy"] for path in ("/admin/", LOGIN, reverse("home"))}
    assert "script-src 'self' 'unsafe-eval'" in policies["/admin/"]
    assert "'unsafe-eval'" in policies[LOGIN]
    assert "unsafe" not in policies["/"]
    for policy in policies.values():
        assert "object-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "'unsafe-inline'" not in policy.partition("script-src")[2].partition(";")[0]
