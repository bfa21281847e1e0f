"""The people of these tests: Alice bought, Bob is another member, Charlie a stranger without an account."""

from typing import Any

from django.test import Client
from django.urls import reverse

from kameng.accounts.models import User
from shop.orders.models import Order
from tests.factories import line_of

ENGLISH = {"accept-language": "en"}


def stranger() -> Client:
    """Charlie: a browser that never bought anything."""
    return Client(headers=ENGLISH)


def guest_of(order: Order) -> Client:
    """Alice as a guest: a browser that opened the link from the order's mail."""
    browser = stranger()
    browser.get(reverse("order_link", args=[order.token]))
    return browser


def signed_in(user: User) -> Client:
    """A member's browser."""
    browser = stranger()
    browser.force_login(user)
    return browser


def page(browser: Client, order: Order) -> str:
    """The text of the order's page."""
    response = browser.get(reverse("order", args=[order.number]))
    assert response.status_code == 200
    return str(response.content.decode())


def state(browser: Client, order: Order, version: str = "") -> Any:
    """What the page gets when it asks for news."""
    return browser.get(reverse("order_state", args=[order.number]), {"v": version})


def show(browser: Client, order: Order, *units: int, **headers: str) -> Any:
    """Press "show" for these keys of the order's first line, or for all of them."""
    data = {"line": line_of(order).pk, "unit": units}
    return browser.post(reverse("reveal", args=[order.number]), data, headers=headers)


def take_home(browser: Client, order: Order) -> Any:
    """Press "download" for the order's first line."""
    return browser.post(reverse("download", args=[order.number]), {"line": line_of(order).pk})
