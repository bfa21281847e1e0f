"""The thin path: an order arrives, and its buyer reads the key."""

import pytest
from django.test import Client
from django.urls import reverse

from shop.orders.models import Order
from tests import factories as f


def guest_of(order: Order) -> Client:
    """A browser that opened the link from the order's mail."""
    browser = Client()
    browser.get(reverse("order_link", args=[order.token]))
    return browser


@pytest.mark.django_db
def test_alice_opens_her_delivered_order_and_reads_the_key_after_revealing_it() -> None:
    order = f.delivered_order(codes=["STAR-1234-ABCD"])
    alice = guest_of(order)
    url = reverse("order", args=[order.number])

    before = alice.get(url)
    assert before.status_code == 200
    assert b"STAR-1234-ABCD" not in before.content
    open("/tmp/o.html","wb").write(before.content)

    shown = alice.post(reverse("reveal", args=[order.number]), {"line": f.line_of(order).pk})
    assert b"STAR-1234-ABCD" in shown.content
    assert shown["Cache-Control"] == "no-store"
