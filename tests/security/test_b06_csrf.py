"""B6: every form needs the page's token, but for those that others send signed; and no page changes anything by being read."""

from collections.abc import Callable
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from kameng.accounts.models import User
from tests import factories as f
from tests.admin.people import platform, signed_in, staff
from tests.factories import verified
from tests.security.addresses import everything
from tests.security.dump import state

pytestmark = pytest.mark.django_db

#: Senders who have no session of ours; what they send is signed, or comes with a key of its own.
EXEMPT = {"notify", "stop_mail"}
#: Programs of merchants: no cookie opens anything there.
KEYED = {"api_skus", "api_units", "api_orders", "api_order", "api_deliver", "api_nowhere"}
HOUSE = ("kameng", "shop", "fulfillment")


def test_a_form_without_the_token_is_refused_everywhere() -> None:
    browser = Client(enforce_csrf_checks=True)
    taken = {}
    for path, pattern in everything():
        status = browser.post(path, {"x": "1"}).status_code
        if status != 403:
            taken[pattern.name] = status
    assert len(everything()) > 150
    assert set(taken) <= EXEMPT | KEYED | {None}, taken
    assert {taken[name] for name in KEYED} == {401}


def test_a_form_of_htmx_needs_it_too() -> None:
    browser = Client(enforce_csrf_checks=True, headers={"hx-request": "true"})
    assert browser.post("/cart/add/", {"sku": "1", "quantity": "1"}).status_code == 403


def test_only_what_is_signed_goes_without() -> None:
    found = [
        str(path)
        for room in HOUSE
        for path in Path(room).rglob("*.py")
        if "csrf_exempt" in path.read_text() and "import csrf_exempt" in path.read_text()
    ]
    assert sorted(found) == ["shop/payments/views.py", "shop/storefront/views/messages.py"]


def browsers(who: str) -> Client:
    if who == "guest":
        return Client()
    people: dict[str, Callable[[], User]] = {
        "buyer": verified,
        "merchant": lambda: staff("Owner", f.merchant()),
        "operator": platform,
    }
    user = people[who]()
    EmailAddress.objects.get_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
    browser = signed_in(user)
    # Recovery codes remember that they were looked at.
    assert browser.get(reverse("mfa_view_recovery_codes")).status_code == 200
    return browser


@pytest.mark.parametrize("who", ["guest", "buyer", "merchant", "operator"])
def test_reading_changes_nothing(who: str) -> None:
    f.delivered_order()
    browser = browsers(who)
    browser.raise_request_exception = False
    before = state()
    answers = {path: browser.get(path).status_code for path, _pattern in everything()}
    assert {path: status for path, status in answers.items() if status >= 500} == {}
    after = state()
    changed = {label for label in before if before[label] != after[label]}
    assert changed == set()
