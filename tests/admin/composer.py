"""A merchant at the page on which a SKU's fields are composed, with a browser that runs no scripts."""

import re
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from typing import Any

from django.test import Client
from django.urls import reverse

from shop.catalog.models import Sku


class _Form(HTMLParser):
    """What a browser would send of the form with this id."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.sent: dict[str, list[str]] = {}
        self.inside, self.area, self.select = False, "", ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = told.get("id") == "compose"
        elif not self.inside or "disabled" in told:
            return
        elif tag == "input" and (told.get("type") not in {"checkbox", "radio"} or "checked" in told):
            self._put(told.get("name", ""), told.get("value", "on" if told.get("type") == "checkbox" else ""))
        elif tag == "textarea":
            self.area = told["name"]
            self._put(self.area, "")
        elif tag == "select":
            self.select = told["name"]
        elif tag == "option" and (self.select not in self.sent or "selected" in told):
            self.sent[self.select] = [told.get("value", "")]

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "form"
        self.area = "" if tag == "textarea" else self.area

    def handle_data(self, data: str) -> None:
        if self.area:
            self.sent[self.area][-1] += data.removeprefix("\n")

    def _put(self, name: str, value: str) -> None:
        if name and name != "csrfmiddlewaretoken":
            self.sent.setdefault(name, []).append(value)


@dataclass
class Composer:
    """The page of one SKU as it stands, and what was typed into it."""

    client: Client
    sku: Sku
    html: str = ""
    form: dict[str, list[str]] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return reverse("admin:catalog_sku_asks", args=[self.sku.pk])

    def open(self) -> "Composer":
        return self._seen(self.client.get(self.address))

    def type(self, number: int, **values: Any) -> "Composer":
        """Type into the inputs of the field with this number (from 1); None takes a tick away."""
        for name, value in values.items():
            self.form[f"{self.keys[number - 1]}-{name}"] = (
                [] if value is None else value if isinstance(value, list) else [value]
            )
        return self

    def press(self, do: str, number: int = 0, **changes: str) -> "Composer":
        """Press a button, of the field with this number where it has one; what is told is followed."""
        told = {**self.form, **changes, "do": f"{do}:{self.keys[number - 1]}" if number else do}
        return self._seen(self.client.post(self.address, told, follow=True))

    def add(self, name: str) -> "Composer":
        return self.press("add", type=name)

    @property
    def keys(self) -> list[str]:
        return self.form.get("row", [])

    @property
    def labels(self) -> list[str]:
        return [self.value(number, "label") for number in range(1, len(self.keys) + 1)]

    def value(self, number: int, name: str) -> str:
        """What stands in an input."""
        return (self.form.get(f"{self.keys[number - 1]}-{name}") or [""])[0]

    def error(self, number: int, name: str) -> str:
        """What is said beside an input."""
        found = re.search(rf'<p id="id_{self.keys[number - 1]}-{name}_error"[^>]*>(.*?)</p>', self.html, re.DOTALL)
        return unescape(found[1]).strip() if found else ""

    @property
    def text(self) -> str:
        """What is read outside the frame."""
        return read(self.html.split("<iframe")[0])

    @property
    def preview(self) -> str:
        """What is read inside the frame."""
        found = re.search(r'srcdoc="([^"]*)"', self.html)
        assert found
        return read(unescape(found[1]).split("<body>")[1])

    @property
    def stored(self) -> list[dict[str, Any]]:
        fields: list[dict[str, Any]] = Sku.objects.get(pk=self.sku.pk).recipient_fields
        return fields

    def _seen(self, response: Any) -> "Composer":
        assert response.status_code == 200, response.status_code
        self.html = response.content.decode()
        self.form = _Form(self.html).sent
        return self


def read(html: str) -> str:
    """The words of a page."""
    words = re.sub(r"<(script|style)\b.*?</\1>|<[^>]*>", " ", html, flags=re.DOTALL)
    return " ".join(unescape(words).split())
