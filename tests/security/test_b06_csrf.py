"""B6: every form needs the page's token, but for those that others send signed; and no page changes anything by being read."""

import hashlib
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.converters import IntConverter

from kameng.accounts.models import User
from tests import factories as f
from tests.admin.people import platform, signed_in, staff
from tests.factories import verified

pytestmark = pytest.mark.django_db

#: Senders who have no session of ours; what they send is signed, or comes with a key of its own.
EXEMPT = {"notify", "stop_mail"}
#: Programs of merchants: no cookie opens anything there.
KEYED = {"api_skus", "api_units", "api_orders", "api_order", "api_deliver", "api_nowhere"}
HOUSE = ("kameng", "shop", "fulfillment")
#: What reading may write: who is there, how often somebody tried, and when work was last looked for.
MAY_CHANGE = {"sessions.Session", "usersessions.UserSession", "tasks.Wakeup", "django_q.OrmQ"}


def patterns(resolver: URLResolver, prefix: str = "/") -> Iterator[tuple[str, URLPattern]]:
    for each in resolver.url_patterns:
        path = prefix + _filled(each)
        if isinstance(each, URLResolver):
            yield from patterns(each, path)
        else:
            yield path, each


def _filled(each: URLPattern | URLResolver) -> str:
    route = str(getattr(each.pattern, "_route", ""))
    for name, converter in each.pattern.converters.items():
        value = "1" if isinstance(converter, IntConverter) else "none"
        route = re.sub(rf"<(?:\w+:)?{name}>", value, route)
    return route


def everything() -> list[tuple[str, URLPattern]]:
    return list(patterns(get_resolver()))


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


def state() -> dict[str, str]:
    """A hash of all rows of each model."""
    return {
        model._meta.label: hashlib.sha256(
            repr(list(model._default_manager.order_by("pk").values_list())).encode()
        ).hexdigest()
        for model in apps.get_models()
        if model._meta.label not in MAY_CHANGE and model._meta.managed
    }


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
