"""Who is asking, as limits count it."""

from typing import Any

import pytest
from django.test import RequestFactory

from kameng.lib import client


def asked(peer: str, forwarded: str = "") -> str:
    extra: dict[str, Any] = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    return client.address(RequestFactory().get("/", REMOTE_ADDR=peer, **extra))


@pytest.mark.parametrize("peer", ["10.0.0.7", "::ffff:10.0.0.7"])
def test_a_proxy_is_trusted_however_its_address_is_written(settings: Any, peer: str) -> None:
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    assert asked(peer, "198.51.100.1") == "198.51.100.1"
    assert asked(peer, "198.51.100.1, ::ffff:203.0.113.9") == "203.0.113.9"


def test_a_stranger_names_nobody(settings: Any) -> None:
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    assert asked("::ffff:203.0.113.9", "198.51.100.1") == "203.0.113.9"


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("", ""),
    ],
)
def test_one_connection_is_one_network(address: str, network: str) -> None:
    assert client.network(address) == network
