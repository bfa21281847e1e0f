"""Account and security: what the page tells its owner, and nobody else."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse

from kameng.accounts.devices import device
from kameng.accounts.models import User
from kameng.lib import clock
from shop.orders.models import Order
from tests import factories as f
from tests.factories import PASSWORD, verified
from tests.factors import enrol, show_factor
from tests.letters import post
from tests.security.addresses import patterns
from tests.tracking.visitors import ENGLISH, guest_of, show, signed_in, take_home

pytestmark = pytest.mark.django_db

SECURITY = reverse("security")
EDGE = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36 Edg/131.0"
)


def order_of(user: User, codes: list[str]) -> Order:
    return f.delivered_order(by=f.buyer(user=user), codes=codes)


def test_each_opening_of_a_card_is_told_with_when_where_and_how() -> None:
    alice = verified()
    order = order_of(alice, ["SECRET-1"])
    browser = signed_in(alice)
    show(browser, order, **{"x-forwarded-for": "203.0.113.9", "user-agent": EDGE})
    take_home(browser, order)
    taken, shown = browser.get(SECURITY).context["opened"]
    assert (shown.order, shown.address, shown.device) == (order, "203.0.113.9", "Edge · Windows")
    assert shown.mine
    assert not shown.taken
    assert taken.taken
    assert clock.now() - shown.at < dt.timedelta(minutes=1)
    html = browser.get(SECURITY).content.decode()
    assert order.shown_number in html
    assert "SECRET-1" not in html


def test_nothing_of_somebody_else_is_told() -> None:
    alice, bob = verified(), verified("Bob")
    order = order_of(bob, ["SECRET-2"])
    show(signed_in(bob), order)
    page = signed_in(alice).get(SECURITY)
    assert page.context["opened"] == []
    assert order.shown_number not in page.content.decode()
    assert Client().get(SECURITY)["Location"] == f"{reverse('account_login')}?next={SECURITY}"


def test_what_was_opened_by_the_link_before_one_had_an_account_is_told_as_that() -> None:
    order = f.delivered_order(by=f.buyer("Alice"))
    show(guest_of(order), order)
    alice = verified()
    order.user = alice
    order.save()
    (one,) = signed_in(alice).get(SECURITY).context["opened"]
    assert not one.mine
    assert "by the link of the order" in signed_in(alice).get(SECURITY).content.decode()


def test_it_asks_the_database_as_often_for_many_as_for_one() -> None:
    alice = verified()
    enrol(alice)
    browser = Client(headers=ENGLISH)
    browser.force_login(alice)
    order = order_of(alice, ["A-1"])
    counts = []
    for times in (1, 12):
        for _each in range(times):
            show(browser, order)
            signed_in(alice)
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(SECURITY).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 14


@pytest.mark.parametrize("query", ["page=0", "page=99999999999999999999", "page=x", "page=%00"])
def test_odd_pages_are_the_nearest(query: str) -> None:
    assert signed_in(verified()).get(f"{SECURITY}?{query}").status_code == 200


@pytest.mark.parametrize("overview", ["mfa_index", "mfa_list_webauthn", "usersessions_list"])
def test_allauths_overviews_lead_here(overview: str) -> None:
    assert signed_in(verified()).get(reverse(overview))["Location"] == SECURITY


def test_the_menu_leads_to_orders_wallet_and_this_page() -> None:
    menu = signed_in(verified()).get("/").content.decode().partition("km-menu")[2].partition("</details>")[0]
    for name in ("orders", "wallet", "security"):
        assert f'href="{reverse(name)}"' in menu


def test_its_owner_hears_by_mail_of_a_new_password() -> None:
    alice = verified()
    browser = Client(headers=ENGLISH | {"x-forwarded-for": "203.0.113.9", "user-agent": "Browser 1"})
    browser.post(reverse("account_login"), {"login": alice.email, "password": PASSWORD})
    new = {"oldpassword": PASSWORD, "password1": "another long pass phrase", "password2": "another long pass phrase"}
    browser.post(reverse("account_change_password"), new)
    (message,) = post()
    assert (message.to, message.subject) == ([alice.email], "Your password was changed")
    assert "from the address 203.0.113.9 by this browser: Browser 1" in str(message.body)


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (EDGE, "Edge · Windows"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Mobile/15E148 Safari/604.1",
            "Safari · iPhone",
        ),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/120.0 Mobile Safari/537.36 MicroMessenger/8.0", "WeChat · Android"),
        ("curl/8.5", "Unknown device"),
        ("", "Unknown device"),
    ],
)
def test_browsers_have_names(agent: str, name: str, english: None) -> None:
    assert device(agent) == name


@pytest.mark.parametrize("who", ["guest", "member"])
def test_every_page_under_account_wears_the_shop(who: str) -> None:
    alice = verified()
    browser = Client(headers=ENGLISH)
    if who == "member":
        browser.force_login(alice)
        show_factor(browser, alice)
    seen = 0
    for path, _pattern in patterns(get_resolver()):
        answer = browser.get(path) if path.startswith("/account/") else None
        if answer is not None and answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            assert 'class="km-top' in answer.content.decode(), path
            seen += 1
    assert seen >= (6 if who == "guest" else 10)
