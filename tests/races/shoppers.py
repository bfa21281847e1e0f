"""Buyers with browsers of their own: each opens the checkout page from its own address, and then all send it at once."""

import ipaddress
import itertools
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from html.parser import HTMLParser

import httpx

from tests.harness.crowd import together

#: The server answers with 16 threads on two cores: the last of two hundred waits long, and none is given up.
PATIENCE_SECONDS = 110.0
#: Forms are fetched by so many at a time; nothing is raced for yet.
READERS = 16
_addresses = itertools.count(int(ipaddress.ip_address("10.1.0.1")))


class _Form(HTMLParser):
    """What a browser would send with the form `order`, but for what is typed."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self._inside = (self._inside or told.get("id") == "order") if tag != "form" else told.get("id") == "order"
        sent = told.get("type") == "hidden" or (told.get("type") == "radio" and "checked" in told)
        if tag == "input" and self._inside and sent and told.get("name"):
            self.fields[str(told["name"])] = told.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "form"


@dataclass
class Shopper:
    """One buyer: cookies and address are its own, the connections are shared with all."""

    name: str
    browser: httpx.Client
    form: dict[str, str]

    def open(self, **wanted: str | int) -> None:
        """Open the checkout page of this: its form, its CSRF cookie and the name of this device are in hand afterwards."""
        page = self.browser.get("/checkout/", params=wanted)
        assert page.status_code == 200, page.text
        reader = _Form()
        reader.feed(page.text)
        self.form = {**reader.fields, "email": f"{self.name}@example.com"}
        assert {"csrfmiddlewaretoken", "nonce", "method", "seen"} <= self.form.keys()

    def send(self) -> httpx.Response:
        """Send the form; what it leads to is not opened."""
        return self.browser.post("/checkout/", data=self.form)


@contextmanager
def shoppers(url: str, count: int, tag: str) -> Iterator[list[Shopper]]:
    """So many buyers, every one with an address of its own behind the trusted proxy."""
    # A connection each, opened when it is needed: a kept one may be closed by the server in the moment it is used.
    limits = httpx.Limits(max_connections=count, max_keepalive_connections=0)
    with httpx.HTTPTransport(limits=limits, verify=False) as line:
        yield [_shopper(url, line, f"{tag}-{i}") for i in range(count)]


def _shopper(url: str, line: httpx.HTTPTransport, name: str) -> Shopper:
    address = str(ipaddress.ip_address(next(_addresses)))
    headers = {"X-Forwarded-For": address, "Accept-Language": "en"}
    browser = httpx.Client(base_url=url, transport=line, headers=headers, timeout=PATIENCE_SECONDS, trust_env=False)
    return Shopper(name, browser, {})


def rush(url: str, sku_id: int, quantities: Sequence[int], tag: str) -> list[httpx.Response]:
    """Everybody opens the checkout page; then all send their orders in the same moment. Returns the answers, in order."""
    return rush_for(url, [{"sku": sku_id, "quantity": quantity} for quantity in quantities], tag)


def rush_for(url: str, wanted: Sequence[Mapping[str, str | int]], tag: str) -> list[httpx.Response]:
    """The same for whatever each of them wants."""
    with shoppers(url, len(wanted), tag) as crowd:
        with ThreadPoolExecutor(READERS) as readers:
            list(readers.map(lambda shopper, wish: shopper.open(**wish), crowd, wanted))
        answers = together([shopper.send for shopper in crowd], connected=False)
    strange = [answer for answer in answers if not isinstance(answer, httpx.Response)]
    assert strange == []
    return answers
