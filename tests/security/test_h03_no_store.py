"""H3: pages of an order are stored nowhere and tell nobody their address; a secret comes by POST only."""

from typing import Any

import pytest
from django.urls import reverse

from tests import factories as f
from tests.tracking.visitors import guest_of, show, state, stranger, take_home

pytestmark = pytest.mark.django_db


def guarded(answer: Any) -> bool:
    told = (answer["Cache-Control"], answer["Referrer-Policy"], answer["X-Content-Type-Options"])
    return told == ("no-store", "no-referrer", "nosniff")


def test_every_page_of_an_order_says_that_it_must_not_be_stored() -> None:
    order = f.delivered_order()
    alice = guest_of(order)
    version = state(alice, order)["X-State-Version"]
    answers = {
        "link": stranger().get(reverse("order_link", args=[order.token])),
        "order": alice.get(reverse("order", args=[order.number])),
        "state": state(alice, order),
        "state, nothing new": state(alice, order, version),
        "reveal": show(alice, order),
        "reveal by htmx": show(alice, order, **{"HX-Request": "true"}),
        "download": take_home(alice, order),
    }
    assert [name for name, answer in answers.items() if not guarded(answer)] == []


def test_a_page_that_is_refused_is_not_stored_either() -> None:
    order = f.delivered_order()
    answer = stranger().get(reverse("order", args=[order.number]))
    assert answer.status_code == 404
    assert guarded(answer)


def test_the_secret_is_in_no_page_but_the_answer_to_the_post() -> None:
    order = f.delivered_order(codes=["ONLY-BY-POST-1", "ONLY-BY-POST-2"])
    alice = guest_of(order)
    show(alice, order)
    take_home(alice, order)
    for name in ("order", "order_state", "reveal"):
        answer = alice.get(reverse(name, args=[order.number]), follow=True)
        assert "ONLY-BY-POST" not in answer.content.decode()


def test_pages_without_the_secret_hold_no_part_of_it() -> None:
    order = f.delivered_order(codes=["QZXW-9999-VVVV"])
    seen = guest_of(order).get(reverse("order", args=[order.number])).content.decode()
    assert not any(part in seen for part in ("QZXW", "9999-", "VVVV"))
