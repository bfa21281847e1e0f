"""Where the demo listens: what somebody types either works or is answered in one line that says what to do."""

import socket

import pytest

from fulfillment.demo import address
from fulfillment.demo.address import Address, Unusable

pytestmark = pytest.mark.once


@pytest.mark.parametrize("port", ["abc", "80000", "0", "-1", "8000 ", "٨٠٠٠", ""])
def test_what_is_no_port_is_named_with_a_way_out(port: str) -> None:
    with pytest.raises(Unusable, match=f"“{port}” is not a port: .* PORT=8001 make demo"):
        Address.read("127.0.0.1", port)


@pytest.mark.parametrize("host", ["nowhere.invalid", "203.0.113.7", "not a name", "a..b"])
def test_a_host_that_is_not_here_is_not_answered_with_another_port(host: str) -> None:
    with pytest.raises(Unusable, match="is not an address of this machine") as told:
        Address(host, 8000).check()
    assert "port" not in str(told.value).lower()
    assert "\n" not in str(told.value)


def test_a_taken_port_is_answered_with_another_one() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Unusable, match=f"Port {port} on 127.0.0.1 cannot be used: another program .* PORT=8001"):
            Address("127.0.0.1", port).check()


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_on_every_address_the_shop_answers_to_every_name_and_says_where_others_find_it(
    host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(address, "lan_address", lambda: "192.0.2.7")
    everywhere = Address(host, 8000)
    assert everywhere.allowed_hosts() == ["*"]
    assert (everywhere.url, everywhere.public_url) == ("http://127.0.0.1:8000/", "http://192.0.2.7:8000/")
    monkeypatch.setattr(address, "lan_address", lambda: None)
    assert everywhere.public_url == "http://127.0.0.1:8000/"


def test_on_one_address_the_shop_answers_to_that_name_only() -> None:
    assert Address("127.0.0.1", 8000).allowed_hosts() == ["127.0.0.1"]
    six = Address("::1", 8000)
    assert (six.allowed_hosts(), six.bind, six.public_url) == (["[::1]"], "[::1]:8000", "http://[::1]:8000/")
