"""A person with a browser: walks the pages as they are served, without scripts."""

import re
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from shop.catalog.models import Sku
from shop.orders.models import Order

INPUT = re.compile(r"<input\b[^>]*>", re.DOTALL)
ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')


@dataclass
class Shopper:
    """`english` by default, so that pages can be read in a test."""

    email: str = "bob@example.com"
    language: str = "en"
    client: Client = field(default_factory=Client)

    def __post_init__(self) -> None:
        self.client.defaults["HTTP_ACCEPT_LANGUAGE"] = self.language

    def get(self, url: str, data: dict[str, Any] | None = None) -> "Seen":
        return Seen(self.client.get(url, data))

    def post(self, url: str, data: dict[str, Any] | None = None, **extra: Any) -> "Seen":
        return Seen(self.client.post(url, data or {}, **extra))

    def checkout(self, sku: Sku, quantity: int = 1) -> "Seen":
        """The form for so many of a SKU."""
        return self.get(reverse("checkout"), {"sku": sku.pk, "quantity": quantity})

    def send(self, form: "Seen", **changes: Any) -> "Seen":
        """Send the form as it is, with the buyer's address filled in and some fields changed (None: left out)."""
        data = form.fields() | {"email": self.email} | changes
        return self.post(reverse("checkout"), {name: value for name, value in data.items() if value is not None})

    def order(self, goods: Sku, quantity: int = 1, **changes: Any) -> Order:
        """Place an order the way a buyer does; the newest one."""
        answer = self.send(self.checkout(goods, quantity), **changes)
        assert answer.status == 302, answer.text
        return Order.objects.latest("pk")


@dataclass
class Seen:
    """A page as it came."""

    response: Any

    @property
    def status(self) -> int:
        response: HttpResponse = self.response
        return response.status_code

    @property
    def html(self) -> str:
        text: str = self.response.content.decode()
        return text

    @property
    def text(self) -> str:
        """What is read: without tags, spaces made single."""
        words = re.sub(r"</?(i|small|b|s|time)\b[^>]*>", "", self.html)
        words = re.sub(r"<(script|style)\b.*?</\1>|<[^>]*>", " ", words, flags=re.DOTALL)
        return " ".join(unescape(words).split())

    @property
    def location(self) -> str:
        place: str = self.response["Location"]
        return urlsplit(place).path

    def fields(self) -> dict[str, str]:
        """The values a browser would send: hidden and typed ones, and the chosen radio buttons."""
        found: dict[str, str] = {}
        for tag in INPUT.findall(self.html):
            told = dict(ATTRIBUTE.findall(tag))
            kind = told.get("type", "text")
            if "name" not in told or kind == "search" or told["name"] == "csrfmiddlewaretoken":
                continue
            if kind in {"radio", "checkbox"} and not re.search(r"\bchecked\b", tag):
                continue
            found[told["name"]] = unescape(told.get("value", ""))
        return {name: value for name, value in found.items() if name != "next"}
