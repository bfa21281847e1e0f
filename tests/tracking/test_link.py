"""A guest's link opens the order in this browser; a member's order has no such link."""

import pytest
from django.urls import reverse

from tests import factories as f
from tests.tracking.visitors import guest_of, page, stranger

pytestmark = pytest.mark.django_db


def test_the_link_from_the_mail_remembers_alice_and_shows_her_order() -> None:
    order = f.place_order()
    alice = stranger()
    answer = alice.get(reverse("order_link", args=[order.token]))
    assert answer["Location"] == reverse("order", args=[order.number])
    assert answer["Cache-Control"] == "no-store"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert order.shown_number in page(alice, order)


def test_a_number_typed_in_small_letters_with_dashes_is_the_same_order() -> None:
    order = f.place_order()
    typed = guest_of(order).get(reverse("order", args=[order.shown_number.lower()]))
    assert typed.status_code == 200


def test_a_wrong_link_tells_nothing() -> None:
    order = f.place_order()
    charlie = stranger()
    for token in (
        order.token[:-1] + ("A" if order.token[-1] != "A" else "B"),
        order.token.swapcase(),
        order.token[:-1],
        "x",
    ):
        assert charlie.get(reverse("order_link", args=[token])).status_code == 404
    assert "orders" not in charlie.session


def test_the_token_of_a_members_order_opens_nothing() -> None:
    order = f.place_order(by=f.buyer(user=f.member("Alice")))
    assert stranger().get(reverse("order_link", args=[order.token])).status_code == 404
