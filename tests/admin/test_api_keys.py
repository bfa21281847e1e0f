"""An owner makes keys for programs in the admin, sees each of them once, and ends them."""

import time
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kameng.accounts.roles import MerchantRole
from kameng.audit.models import Entry
from shop.merchants.models import ApiKey, Merchant
from tests import factories as f
from tests.admin.people import platform, signed_in, staff
from tests.api.programs import Program, key_of

pytestmark = pytest.mark.django_db

ADD = "/admin/merchants/apikey/add/"
LIST = "/admin/merchants/apikey/"


@pytest.fixture
def seller() -> Merchant:
    return f.merchant()


@pytest.fixture
def browser(seller: Merchant) -> Client:
    return signed_in(staff("Olga", seller))


def typed(seller: Merchant, **other: Any) -> dict[str, Any]:
    return {"merchant": seller.pk, "name": "Shop robot", "scopes": ["stock:read"], "days": "90"} | other


def test_a_key_is_made_shown_once_and_works(seller: Merchant, browser: Client) -> None:
    assert browser.get(ADD).status_code == 200
    answer = browser.post(ADD, typed(seller))
    token = answer.context["made"].token
    page = answer.content.decode()
    assert f"data-secret>{token}</span>" in page
    assert f'data-copy="{token}"' in page
    assert "no-store" in answer["Cache-Control"]
    assert Program(token).get("skus/").status_code == 200
    assert Program(token).get("orders/").status_code == 403
    key = ApiKey.objects.get()
    assert ((key.expires_at - key.created_at).days, key.created_by, key.merchant) == (90, staff("Olga", seller), seller)
    entry = Entry.objects.get()
    assert (entry.act, entry.role, entry.actor) == ("API key made", "owner", staff("Olga", seller).holder)
    for path in (LIST, f"{LIST}{key.pk}/change/"):
        told = browser.get(path).content.decode()
        assert f"km_{key.prefix}_…" in told, path
        assert token[16:] not in told, path
        assert key.digest not in told, path


def test_a_form_that_is_not_filled_in_makes_none(seller: Merchant, browser: Client) -> None:
    theirs = f.merchant("Theirs")
    wrong: tuple[dict[str, Any], ...] = (
        {"scopes": []},
        {"scopes": ["everything"]},
        {"name": " "},
        {"name": "a\u200bb"},
        {"days": "366"},
        {"days": "x"},
        {"merchant": theirs.pk},
        {"merchant": "x"},
    )
    for each in wrong:
        answer = browser.post(ADD, typed(seller, **each))
        assert (answer.status_code, answer.context["made"]) == (200, None), each
    assert not ApiKey.objects.exists()


def test_whoever_makes_one_shows_again_who_they_are(seller: Merchant, browser: Client) -> None:
    with time_machine.travel(time.time() + 11 * 60):
        for answer in (browser.get(ADD), browser.post(ADD, typed(seller))):
            assert (answer.status_code, answer["Location"]) == (302, f"{reverse('prove')}?next={ADD.replace('/', '%2F')}")
    assert not ApiKey.objects.exists()


def test_a_revoked_key_opens_nothing_from_the_next_request_on(seller: Merchant, browser: Client) -> None:
    made = key_of(seller)
    path = f"{LIST}{made.key.pk}/revoke/"
    assert Program(made.token).get("skus/").status_code == 200
    assert browser.get(path).status_code == 200
    assert Program(made.token).get("skus/").status_code == 200
    assert browser.post(path)["Location"] == LIST
    assert Program(made.token).get("skus/").status_code == 401
    assert Entry.objects.order_by("-sequence")[0].act == "API key revoked"
    assert browser.post(path).status_code == 403
    assert Entry.objects.count() == 2


@pytest.mark.parametrize("role", [MerchantRole.CATALOGUE, MerchantRole.ORDERS, MerchantRole.FINANCE])
def test_keys_are_an_owners_matter(role: str, seller: Merchant) -> None:
    made = key_of(seller)
    others = signed_in(staff("Kim", seller, role))
    for path in (LIST, ADD):
        assert others.get(path).status_code == 403
    assert others.post(ADD, typed(seller)).status_code == 403
    assert others.post(f"{LIST}{made.key.pk}/revoke/").status_code in (302, 403, 404)
    assert ApiKey.objects.get().revoked_at is None


def test_neither_the_platform_nor_another_shop_reaches_a_key(seller: Merchant) -> None:
    made = key_of(seller)
    for person in (platform(), staff("Rival", f.merchant("Rivals"))):
        stranger = signed_in(person)
        assert made.key.prefix not in stranger.get(LIST).content.decode()
        for path in (f"{LIST}{made.key.pk}/change/", f"{LIST}{made.key.pk}/revoke/"):
            assert stranger.get(path).status_code in (302, 403, 404)
            assert stranger.post(path).status_code in (302, 403, 404)
    assert ApiKey.objects.get().revoked_at is None


def test_a_list_of_twenty_keys_takes_at_most_twelve_queries(seller: Merchant, browser: Client) -> None:
    costs = []
    for more in (2, 18):
        for _n in range(more):
            key_of(seller)
        browser.get(LIST)
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(LIST).status_code == 200
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 12
