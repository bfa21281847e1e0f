"""An order's address in a browser that may not see it: it says where the order opens, and not whether there is one."""

import re
from typing import Any

import pytest
from django.urls import reverse

from kameng.lib import clock
from tests import factories as f
from tests.tracking.visitors import guest_of, stranger

pytestmark = pytest.mark.django_db

SAID = "An order opens only in the browser that placed it"
NOBODYS = "0" * 16


def told(answer: Any) -> str:
    """The page without what differs between any two answers, and without the address asked for."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())
    return text.replace(answer.wsgi_request.path, "")


@pytest.mark.parametrize("name", ["order", "order_state", "pay", "pay_live"])
def test_there_and_nowhere_look_the_same_and_are_kept_by_nobody(name: str) -> None:
    order = f.place_order()
    with clock.at(f.NOON):
        answers = [stranger().get(reverse(name, args=[number])) for number in (order.number, NOBODYS)]
    for answer in answers:
        assert answer.status_code == 404
        assert (answer["Cache-Control"], answer["Referrer-Policy"]) == ("no-store", "no-referrer")
        assert SAID in answer.content.decode()
    there, nowhere = map(told, answers)
    assert there.replace(order.number, NOBODYS) == nowhere


@pytest.mark.parametrize(
    "path", ["/o/", "/o/k/", "/o/k/abc/", "/o/k/abc/def/", "/o/k/ab%3Dc/", "/o/ABCD/nothing/here/", "/o/a%0Ab/"]
)
def test_a_link_that_lost_a_piece_says_where_the_order_is(path: str) -> None:
    answer = stranger().get(path)
    assert answer.status_code == 404
    assert answer["Cache-Control"] == "no-store"
    assert SAID in answer.content.decode()


def test_a_link_without_its_last_slash_still_opens_the_order() -> None:
    order = f.place_order()
    answer = stranger().get(reverse("order_link", args=[order.token]).rstrip("/"), follow=True)
    assert answer.status_code == 200
    assert guest_of(order).get(f"/o/{order.number}", follow=True).status_code == 200


def test_a_member_is_led_through_signing_in_to_the_order() -> None:
    alice = f.member("Alice")
    order = f.place_order(by=f.buyer(user=alice))
    seen = stranger().get(reverse("order", args=[order.number])).content.decode()
    assert f'href="{reverse("account_login")}?next={reverse("order", args=[order.number])}"' in seen


def test_a_product_that_is_gone_keeps_its_own_words() -> None:
    answer = stranger().get("/checkout/?sku=1")
    assert (answer.status_code, answer["Cache-Control"]) == (404, "no-store")
    assert "The product may have left the shelf" in answer.content.decode()
