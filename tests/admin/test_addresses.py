"""An address that names no row is answered like one: never with an error of ours."""

from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from kameng.accounts.roles import PlatformRole
from tests import factories
from tests.admin.people import platform, signed_in, staff

pytestmark = pytest.mark.django_db

KEYS = ("x", "%00", "1.5", "_5F00", "0", "9" * 30, "9" * 5000)


def addresses() -> Iterator[str]:
    """Every address of the admin that names a row, with keys that name none."""
    assert reverse("admin:index")
    for model, page in admin.site._registry.items():
        base = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        # The last one would redirect anything to a page of a row.
        routes = {str(each.pattern) for each in page.get_urls() if "object_id" in str(each.pattern)}
        ends = {route.partition(">")[2].strip("/$") for route in routes}
        assert {"change", "history", "delete"} <= ends, ends
        for end in ends:
            for key in KEYS:
                yield f"{base}{key}/{end}/" if end else f"{base}{key}/"


@pytest.mark.parametrize("role", [PlatformRole.OPERATOR, PlatformRole.FINANCE, None])
def test_a_key_that_is_none_names_no_row(role: str | None) -> None:
    person = platform(role) if role else staff("Owner", factories.merchant())
    client: Client = signed_in(person)
    client.raise_request_exception = False
    asked = list(addresses())
    assert any("withdraw" in address for address in asked)
    assert any("by-hand" in address for address in asked)
    odd = {address: status for address in asked if (status := client.get(address).status_code) not in (302, 403, 404)}
    assert odd == {}
    posts = [address for address in asked if "/x/" in address]
    odd = {address: status for address in posts if (status := client.post(address).status_code) not in (302, 403, 404)}
    assert odd == {}
