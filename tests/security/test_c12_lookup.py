"""C12: looking an order up tells nobody whether there is one; the link goes to the order's own address and nowhere else."""

import datetime as dt
import itertools
import re
import time
from collections import defaultdict
from statistics import median
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from time_machine import travel

from kameng.lib import clock, ids
from kameng.tasks.registry import run_all
from shop.orders.models import LookUp, Order
from tests import factories as f
from tests.tracking.visitors import guest_of, signed_in, stranger

pytestmark = pytest.mark.django_db
WRONG = "mallory@example.com"
_addresses = (f"10.{a}.{b}.1" for a, b in itertools.product(range(250), repeat=2))


def asks(number: str, email: str, *, browser: Client | None = None, address: str = "") -> Any:
    """What somebody gets who looks an order up, from an address of their own if none is given."""
    told = {"number": number, "email": email}
    return (browser or stranger()).post(reverse("lookup"), told, follow=True, REMOTE_ADDR=address or next(_addresses))


@pytest.fixture
def order() -> Order:
    return f.delivered_order(by=f.buyer("Alice"), codes=["ALICES-KEY"])


def pairs(order: Order) -> dict[str, tuple[str, str]]:
    """Right and wrong in every combination."""
    nowhere = ids.order_number()
    return {
        "both right": (order.number, order.email),
        "wrong address": (order.number, WRONG),
        "wrong number": (nowhere, order.email),
        "both wrong": (nowhere, WRONG),
    }


def body(answer: Any) -> str:
    """What was answered, without the form's token and the time, which are always new."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"|data-now="\d+"', "", answer.content.decode())


def test_right_and_wrong_read_the_same(order: Order) -> None:
    answers = [asks(*pair) for pair in pairs(order).values()]
    assert {(answer.status_code, body(answer)) for answer in answers} == {(200, body(answers[0]))}
    assert "Look into your mail" in answers[0].content.decode()


def test_right_and_wrong_ask_the_database_the_same(order: Order) -> None:
    seen = []
    for pair in pairs(order).values():
        run_all(now=clock.now())
        with CaptureQueriesContext(connection) as asked:
            asks(*pair)
        seen.append([re.sub(r"'[^']*'|\d+", "?", query["sql"]) for query in asked])
    assert seen[0]
    assert all(each == seen[0] for each in seen)


def test_right_and_wrong_take_the_same_time(order: Order) -> None:
    for pair in pairs(order).values():
        asks(*pair)
    for _try in range(8):
        usual = _usual(order)
        if max(usual.values()) <= 1.1 * min(usual.values()):
            return
    pytest.fail(f"{usual}")


def _usual(order: Order) -> dict[str, float]:
    """The median seconds of work for 20 answers to each pair, taken in turns; waiting for others is not counted."""
    took: dict[str, list[float]] = defaultdict(list)
    browser, of_each = stranger(), list(pairs(order).items())
    for turn in range(20):
        # Each comes first as often as the others: within one transaction each answer takes a little longer than the last.
        for name, (number, email) in of_each[turn % 4 :] + of_each[: turn % 4]:
            # All of them within the limits: a refusal is faster.
            cache.clear()
            began = time.thread_time()
            answer = browser.post(reverse("lookup"), {"number": number, "email": email}, REMOTE_ADDR=next(_addresses))
            took[name].append(time.thread_time() - began)
            assert answer.status_code == 302
    return {name: median(times) for name, times in took.items()}


def test_the_link_goes_to_the_address_of_the_order_in_its_language(order: Order) -> None:
    asks(order.shown_number.lower(), order.email.upper())
    run_all(now=clock.now(), only={"lookup", "mail"})
    links = [message for message in mail.outbox if "The link to your order" in message.subject]
    (message,) = links
    assert message.to == [order.email]
    assert f"/o/k/{order.token}/" in message.body
    assert "ALICES-KEY" not in message.body
    assert not LookUp.objects.exists()


@pytest.mark.parametrize("what", ["wrong address", "wrong number", "both wrong"])
def test_nothing_is_sent_for_what_is_wrong_and_nothing_is_kept_of_it(order: Order, what: str) -> None:
    asks(*pairs(order)[what])
    run_all(now=clock.now(), only={"lookup", "mail"})
    assert [message for message in mail.outbox if "link" in message.subject] == []
    assert not LookUp.objects.exists()


def test_a_members_link_asks_to_sign_in() -> None:
    order = f.pay_order(f.place_order(by=f.buyer(user=f.member("Alice"))))
    asks(order.number, order.email)
    run_all(now=clock.now(), only={"lookup", "mail"})
    text = next(message.body for message in mail.outbox if "link" in message.subject)
    assert f"/o/{order.number}/" in text
    assert order.token not in text


def test_the_eleventh_try_of_one_address_within_ten_minutes_is_refused_and_says_when_to_come_again() -> None:
    tries = [asks(ids.order_number(), WRONG, address="192.0.2.7").status_code for _ in range(10)]
    assert tries == [200] * 10
    refused = asks(ids.order_number(), WRONG, address="192.0.2.7")
    assert refused.status_code == 429
    assert 590 <= int(refused["Retry-After"]) <= 600
    assert asks(ids.order_number(), WRONG, address="192.0.2.8").status_code == 200
    with travel(clock.now() + dt.timedelta(minutes=11)):
        assert asks(ids.order_number(), WRONG, address="192.0.2.7").status_code == 200


@pytest.mark.parametrize("there", [True, False])
def test_the_sixth_try_of_one_number_within_an_hour_is_refused_whether_there_is_such_an_order_or_not(
    order: Order, *, there: bool
) -> None:
    number = order.number if there else ids.order_number()
    assert [asks(number, WRONG).status_code for _ in range(5)] == [200] * 5
    assert asks(number, WRONG).status_code == 429
    with travel(clock.now() + dt.timedelta(minutes=61)):
        assert asks(number, WRONG).status_code == 200


def test_one_ipv6_connection_has_one_count() -> None:
    for n in range(10):
        asks(ids.order_number(), WRONG, address=f"2001:db8::{n:x}")
    assert asks(ids.order_number(), WRONG, address="2001:db8::ffff").status_code == 429


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("ABCD-EFGH", "An order number has 16 letters and digits; these are 8."),
        ("ABCD-EFGH-JKMN-PQR!", "there is “!” in it"),
        ("", "Fill in the order number"),
        ("\0" * 16, "Null characters are not allowed."),
    ],
)
def test_what_is_no_number_is_said_and_nothing_typed_is_lost(number: str, said: str) -> None:
    answer = asks(number, "alice@example.com")
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert 'value="alice@example.com"' in answer.content.decode()
    assert not LookUp.objects.exists()


def test_the_buyer_has_the_link_sent_again_from_the_page_of_the_order(order: Order) -> None:
    browser = guest_of(order)
    assert "Mail me the link again" in browser.get(reverse("order", args=[order.number])).content.decode()
    answer = browser.post(reverse("resend", args=[order.number]), follow=True)
    assert "The link is on its way to al***@example.com." in answer.content.decode()
    run_all(now=clock.now(), only={"mail"})
    assert [message.to for message in mail.outbox if "link" in message.subject] == [[order.email]]


def test_sending_again_has_the_same_limit(order: Order) -> None:
    browser = guest_of(order)
    answers = [browser.post(reverse("resend", args=[order.number])).status_code for _ in range(6)]
    assert answers == [302] * 5 + [429]


def test_others_cannot_have_it_sent(order: Order) -> None:
    for browser in (stranger(), signed_in(f.member("Bob"))):
        assert browser.post(reverse("resend", args=[order.number])).status_code == 404


def test_an_unpaid_order_has_nothing_to_send() -> None:
    order = f.place_order()
    browser = guest_of(order)
    browser.post(reverse("resend", args=[order.number]))
    assert "Mail me the link again" not in browser.get(reverse("order", args=[order.number])).content.decode()
    run_all(now=clock.now(), only={"mail"})
    assert mail.outbox == []
