"""I6: only the trusted proxy tells who the client is and how it came; a host that is none of ours is no page."""

from typing import Any

import pytest
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import reverse

from kameng.audit.models import Entry
from kameng.lib import ids
from kameng.lib.edge import Edge
from tests import factories as f
from tests.tracking.visitors import guest_of, show

pytestmark = pytest.mark.django_db

PROXY, STRANGER = "127.0.0.1", "192.0.2.77"
JUNK = ["evil.example", "testserver.evil.example", "testserver:80@evil.example", "testserver/evil", "[::1", "a b", ""]
JUNK += ["testserver:evil", "../", "testserver\t", "'", "☃", "x" * 300, "127.0.0.1.evil.example", "0"]


@pytest.mark.parametrize("host", JUNK)
@pytest.mark.parametrize("path", ["/", "/account/password/reset/", "/admin/login/", "/nowhere/"])
def test_a_host_that_is_none_of_ours_is_refused(host: str, path: str) -> None:
    answer = Client(HTTP_HOST=host, raise_request_exception=False).get(path)
    assert answer.status_code == 400
    assert "evil.example" not in answer.content.decode()


def test_a_host_of_the_proxys_header_is_not_read_at_all() -> None:
    answer = Client(headers={"x-forwarded-host": "evil.example", "forwarded": "host=evil.example"}).get("/")
    assert answer.status_code == 200
    assert "evil.example" not in answer.content.decode()


@pytest.mark.parametrize(("peer", "secure"), [(PROXY, True), (STRANGER, False)])
def test_the_proxy_alone_says_that_it_was_https(settings: Any, peer: str, secure: bool) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    seen: list[bool] = []

    def page(request: HttpRequest) -> Any:
        seen.append(request.is_secure())

    Edge(page)(RequestFactory().get("/", REMOTE_ADDR=peer, headers={"x-forwarded-proto": "https"}))
    assert seen == [secure]


@pytest.mark.parametrize(
    ("peer", "told", "address"),
    [
        (STRANGER, "203.0.113.9", STRANGER),
        (PROXY, "203.0.113.9", "203.0.113.9"),
        (PROXY, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (PROXY, "198.51.100.1, junk", PROXY),
        (PROXY, "203.0.113.9'; DROP TABLE", PROXY),
        (PROXY, "", PROXY),
    ],
)
def test_the_audit_log_has_the_address_that_the_proxy_saw(peer: str, told: str, address: str) -> None:
    order = f.delivered_order()
    browser = guest_of(order)
    browser.defaults["REMOTE_ADDR"] = peer
    assert show(browser, order, **{"x-forwarded-for": told}).status_code == 200
    assert Entry.objects.get().address == address


@pytest.mark.parametrize("name", ["x-real-ip", "client-ip", "cf-connecting-ip", "true-client-ip", "forwarded"])
def test_other_headers_name_nobody(name: str) -> None:
    order = f.delivered_order()
    show(guest_of(order), order, **{name: "198.51.100.1"})
    assert Entry.objects.get().address == PROXY


def asks() -> dict[str, str]:
    return {"number": ids.order_number(), "email": "mallory@example.com"}


def test_a_limit_follows_the_same_address() -> None:
    told = [{"REMOTE_ADDR": STRANGER, "HTTP_X_FORWARDED_FOR": f"203.0.113.{n}"} for n in range(11)]
    answers = [Client(**who).post(reverse("lookup"), asks()).status_code for who in told]  # type: ignore[arg-type]
    assert answers == [302] * 10 + [429]
