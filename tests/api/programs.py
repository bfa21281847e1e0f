"""A merchant's program and its key, as tests use them."""

import datetime as dt
from typing import Any

from django.test import Client

from kameng.audit.record import Actor
from kameng.lib import clock
from shop.merchants.keys import Made, Wanted, make_key
from shop.merchants.models import ApiKey, Merchant, Scope
from tests.admin.people import staff

ROOT = "/api/v1/"


def key_of(merchant: Merchant, *scopes: str, days: int = 30) -> Made:
    """A key of the merchant's owner, for everything if nothing is named."""
    owner = staff(f"Owner-{merchant.slug}", merchant)
    wanted = Wanted("Stock robot", scopes or tuple(Scope.values), dt.timedelta(days=days))
    return make_key(merchant=merchant, wanted=wanted, user=owner, actor=Actor(owner.holder, "owner"), now=clock.now())


class Program:
    """Something that calls the API with a key, and speaks English unless told otherwise."""

    def __init__(self, token: str = "", *, language: str = "en") -> None:
        headers = {"Accept-Language": language} | ({"Authorization": f"Bearer {token}"} if token else {})
        self.client = Client(headers=headers, enforce_csrf_checks=True)

    def get(self, path: str, **query: str) -> Any:
        return self.client.get(f"{ROOT}{path}", query)

    def post(self, path: str, body: Any, *, call: str = "") -> Any:
        """The body as JSON, under this name of the call."""
        headers = {"Idempotency-Key": call} if call else {}
        return self.client.post(f"{ROOT}{path}", body, content_type="application/json", headers=headers)


def program(merchant: Merchant, *scopes: str) -> Program:
    """A program of the merchant with a key of its own."""
    return Program(key_of(merchant, *scopes).token)


def last_key() -> ApiKey:
    return ApiKey.objects.order_by("-pk")[0]
