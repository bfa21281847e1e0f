"""C11: what belongs to another buyer answers exactly as what does not exist, and nothing happens."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from fulfillment.delivery.models import Reveal
from kameng.audit.models import Entry
from kameng.lib import ids
from shop.orders.models import Order
from tests import factories as f
from tests.tracking.visitors import guest_of, show, signed_in, stranger

pytestmark = pytest.mark.django_db

Visit = Callable[[Client, str, int], Any]
VISITS: dict[str, Visit] = {
    "order": lambda browser, number, _line: browser.get(reverse("order", args=[number])),
    "state": lambda browser, number, _line: browser.get(reverse("order_state", args=[number])),
    "reveal": lambda browser, number, line: browser.post(reverse("reveal", args=[number]), {"line": line}),
    "reveal, looked at": lambda browser, number, _line: browser.get(reverse("reveal", args=[number])),
    "download": lambda browser, number, line: browser.post(reverse("download", args=[number]), {"line": line}),
    "pay": lambda browser, number, _line: browser.get(reverse("pay", args=[number])),
}


def alices_order() -> Order:
    """A delivered order of Alice, a member."""
    return f.delivered_order(by=f.buyer(user=f.member("Alice")), codes=["ALICES-KEY"])


def body(answer: Any, number: str) -> str:
    """What was answered, without the number that was asked for, the form's token and the time, which are always new."""
    text = answer.content.decode().replace(number, "NUMBER")
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"|data-now="\d+"', "", text)


@pytest.fixture(params=["Bob, a member", "Charlie, a stranger", "Dora, a guest who bought herself"])
def other(request: pytest.FixtureRequest) -> Client:
    """Somebody who is not Alice."""
    if request.param.startswith("Bob"):
        return signed_in(f.member("Bob"))
    if request.param.startswith("Dora"):
        return guest_of(f.place_order(by=f.buyer("Dora")))
    return stranger()


@pytest.mark.parametrize("what", VISITS)
def test_alices_order_answers_others_like_an_order_that_does_not_exist(other: Client, what: str) -> None:
    order = alices_order()
    line, nowhere = f.line_of(order).pk, ids.order_number()
    theirs, nobodys = (VISITS[what](other, number, line) for number in (order.number, nowhere))
    assert theirs.status_code == nobodys.status_code == 404
    assert body(theirs, order.number) == body(nobodys, nowhere)
    assert "ALICES-KEY" not in theirs.content.decode()
    assert not Reveal.objects.exists()
    assert not Entry.objects.exists()


@pytest.mark.parametrize("what", VISITS)
def test_a_guests_order_answers_others_in_the_same_way(other: Client, what: str) -> None:
    order = f.delivered_order(by=f.buyer("Alice"))
    nowhere = ids.order_number()
    theirs = VISITS[what](other, order.number, f.line_of(order).pk)
    nobodys = VISITS[what](other, nowhere, f.line_of(order).pk)
    assert theirs.status_code == nobodys.status_code == 404
    assert body(theirs, order.number) == body(nobodys, nowhere)
    assert not Entry.objects.exists()


def test_a_session_that_names_the_order_without_its_token_opens_nothing() -> None:
    order = f.delivered_order()
    charlie = guest_of(f.place_order(by=f.buyer("Charlie")))
    session = charlie.session
    session["orders"] = {order.number: "guessed"}
    session.save()
    assert show(charlie, order).status_code == 404


def test_signing_in_with_alices_address_does_not_open_what_a_guest_bought_under_it() -> None:
    """An address that somebody typed is no proof of who bought."""
    order = f.delivered_order(by=f.buyer("Alice"))
    assert show(signed_in(f.member("Alice")), order).status_code == 404
    assert not Entry.objects.exists()


def test_alice_herself_sees_everything_of_it() -> None:
    order = alices_order()
    alice = signed_in(f.member("Alice"))
    assert VISITS["order"](alice, order.number, 0).status_code == 200
    assert "ALICES-KEY" in show(alice, order).content.decode()
