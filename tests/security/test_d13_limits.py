"""D13: what costs work or lets one guess has a limit for each network, which is told with 429 and when to come again.

The networks are those that the trusted proxy saw. Coupons, disputes and waiting for a restock get theirs when they exist.
"""

import math
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from time_machine import travel

from kameng.lib import clock, ids, limits
from kameng.lib.limits import READ, SENT, Rate
from kameng.lib.rates import take
from tests import factories as f
from tests.tracking.visitors import guest_of

pytestmark = pytest.mark.django_db

HERE, THERE = "203.0.113.5", "198.51.100.7"
Try = Callable[[str], Any]
PACED = {**READ, **SENT}
PAGES = sorted(PACED.keys() - {name for name in SENT if name.startswith("account_")})


def asked(name: str, address: str) -> Any:
    """One try of a page, from a fresh browser at this address; whether there is such an order or shelf makes no difference."""
    kwargs = {"wallet_export": {}, "category": {"slug": "x"}, "merchant": {"slug": "x"}}.get(name)
    if kwargs is None:
        kwargs = {"number": ids.order_number()} if name in {"reveal", "download"} or name.startswith("pay_") else {}
    browser = Client(headers={"x-forwarded-for": address})
    url = reverse(name, kwargs=kwargs)
    return browser.get(url) if name in READ else browser.post(url, {"sku": "1", "quantity": "1"})


@pytest.fixture(autouse=True)
def _all_in_one_moment() -> Iterator[None]:
    with travel(f.NOON, tick=False):
        yield


@pytest.fixture
def nearly_used_up() -> Callable[[Rate, str], None]:
    """All tries of an address but the last one."""

    def use(rate: Rate, who: str) -> None:
        for _try in range(rate.most - 1):
            assert take(rate, who, clock.now()) == 0

    return use


@pytest.mark.parametrize("name", PAGES)
def test_one_try_too_many_of_a_page_is_refused_and_says_when_to_come_again(
    name: str, nearly_used_up: Callable[[Rate, str], None]
) -> None:
    rate = PACED[name]
    nearly_used_up(rate, HERE)
    assert asked(name, HERE).status_code != 429, "the last one is still answered"
    refused = asked(name, HERE)
    assert refused.status_code == 429
    assert 1 <= int(refused["Retry-After"]) <= rate.within.total_seconds()
    assert refused["Cache-Control"] == "no-store"
    assert asked(name, THERE).status_code != 429, "nobody else is refused"


def test_every_try_of_a_page_counts() -> None:
    answers = [asked("checkout", HERE).status_code for _ in range(limits.ORDER.most + 1)]
    assert answers.index(429) == limits.ORDER.most


def test_looking_at_a_form_is_not_sending_it(nearly_used_up: Callable[[Rate, str], None]) -> None:
    nearly_used_up(limits.CART, HERE)
    browser = Client(headers={"x-forwarded-for": HERE})
    assert {browser.get(reverse("cart")).status_code for _ in range(3)} == {200}


def sign_up(address: str) -> Any:
    told = {"email": f"{ids.reference()}@example.com", "password1": f.PASSWORD, "password2": f.PASSWORD}
    return Client(headers={"x-forwarded-for": address}).post(reverse("account_signup"), told)


def wrong_password(address: str, page: str = "account_login") -> Any:
    told = {"login": f"{ids.reference()}@example.com", "password": "not this one"}
    return Client(headers={"x-forwarded-for": address}).post(reverse(page), told)


def staff_guess(address: str) -> Any:
    told = {"username": f"{ids.reference()}@example.com", "password": "not this one"}
    return Client(headers={"x-forwarded-for": address}).post(reverse("admin:login"), told)


def new_password(address: str) -> Any:
    told = {"email": f"{ids.reference()}@example.com"}
    return Client(headers={"x-forwarded-for": address}).post(reverse("account_reset_password"), told)


def code_by_mail(address: str) -> Any:
    told = {"email": f"{ids.reference()}@example.com"}
    return Client(headers={"x-forwarded-for": address}).post(reverse("account_request_login_code"), told)


def look_up(address: str) -> Any:
    told = {"number": ids.order_number(), "email": "mallory@example.com"}
    return Client(headers={"x-forwarded-for": address}).post(reverse("lookup"), told)


BY_HAND: dict[str, tuple[Rate, Try]] = {
    "sign-up": (limits.SIGN_UP, sign_up),
    "login": (limits.LOGIN_FAILED, wrong_password),
    "admin-login": (limits.LOGIN_FAILED, staff_guess),
    "new-password": (limits.CODE_FROM, new_password),
    "code-by-mail": (limits.CODE_FROM, code_by_mail),
    "look-up": (limits.LINK_FROM, look_up),
}


@pytest.mark.parametrize("what", sorted(BY_HAND))
def test_guesses_are_counted_by_their_network(what: str) -> None:
    rate, tries = BY_HAND[what]
    answers = [tries(HERE) for _ in range(rate.most + 1)]
    assert [answer.status_code == 429 for answer in answers] == [False] * rate.most + [True]
    assert 1 <= int(answers[-1]["Retry-After"]) <= math.ceil(rate.within.total_seconds())
    assert tries(THERE).status_code != 429


def test_sending_a_link_again_is_counted_by_the_order() -> None:
    order = f.delivered_order()
    browser = guest_of(order)
    answers = [browser.post(reverse("resend", args=[order.number])) for _ in range(limits.LINK_OF.most + 1)]
    assert [answer.status_code for answer in answers] == [302] * limits.LINK_OF.most + [429]
    assert 1 <= int(answers[-1]["Retry-After"]) <= limits.LINK_OF.within.total_seconds()


def test_what_a_client_says_of_its_address_changes_nothing() -> None:
    """The proxy adds the address that it saw at the end; what stands before it came from the client."""
    told = [f"192.0.2.{n}, {HERE}" for n in range(limits.LINK_FROM.most + 1)]
    assert [look_up(header).status_code for header in told] == [302] * limits.LINK_FROM.most + [429]


def test_who_does_not_come_by_a_proxy_cannot_name_an_address() -> None:
    for n in range(limits.SHELF.most):
        assert take(limits.SHELF, "192.0.2.200", clock.now()) == 0, n
    browser = Client(REMOTE_ADDR="192.0.2.200", headers={"x-forwarded-for": THERE})
    assert browser.get(reverse("search")).status_code == 429


def test_one_ipv6_connection_has_one_count(nearly_used_up: Callable[[Rate, str], None]) -> None:
    nearly_used_up(limits.SHELF, "2001:db8:1:2::/64")
    answers = [asked("search", f"2001:db8:1:2::{n}").status_code for n in (1, 2)]
    assert answers == [200, 429]


def test_a_script_reads_a_line_and_a_person_a_page(nearly_used_up: Callable[[Rate, str], None]) -> None:
    nearly_used_up(limits.CART, HERE)
    take(limits.CART, HERE, clock.now())
    post = partial(Client(headers={"x-forwarded-for": HERE, "accept-language": "en"}).post, reverse("cart_add"), {})
    page = post(headers={"accept": "text/html"})
    assert "A moment, please" in page.content.decode()
    line = post(headers={"accept": "text/html", "hx-request": "true"})
    assert line["Content-Type"] == "text/plain; charset=utf-8"
    assert line.content.decode().startswith("There were many tries from here in a short time. Please try again in ")


def test_the_table_names_pages_that_exist() -> None:
    assert set(PACED) <= set(_names(get_resolver().url_patterns))


def _names(patterns: list[Any]) -> list[str]:
    found: list[str] = []
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            found += _names(pattern.url_patterns)
        elif isinstance(pattern, URLPattern) and pattern.name:
            found.append(pattern.name)
    return found
