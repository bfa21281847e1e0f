"""What browsers and crawlers ask for at the root: there without a session, and kept for a day."""

import struct

import pytest
from django.test import Client


def content(client: Client, path: str) -> bytes:
    """What was sent, in pieces."""
    return b"".join(client.get(path))


@pytest.mark.parametrize(("path", "kind"), [("/favicon.ico", "image/"), ("/robots.txt", "text/plain")])
def test_files_of_the_root_need_no_session_and_may_be_kept(client: Client, path: str, kind: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "max-age=86400, public")
    assert answer.headers["Content-Type"].startswith(kind)
    assert not answer.cookies
    assert "Vary" not in answer.headers


def test_the_icon_comes_in_three_sizes(client: Client) -> None:
    data = content(client, "/favicon.ico")
    _, kind, count = struct.unpack("<HHH", data[:6])
    entries = [struct.unpack("<BBBBHHII", data[6 + 16 * i : 22 + 16 * i]) for i in range(count)]
    assert kind == 1
    assert [entry[0] for entry in entries] == [16, 32, 48]
    assert all(data[entry[7] : entry[7] + 4] == b"\x89PNG" for entry in entries)


def test_crawlers_stay_out_of_what_belongs_to_somebody(client: Client) -> None:
    told = content(client, "/robots.txt").decode().splitlines()
    closed = {line.removeprefix("Disallow: ") for line in told if line.startswith("Disallow: ")}
    assert closed == {"/o/", "/pay/", "/cart/", "/account/", "/admin/", "/lookup/"}
    assert told[-1] == "Allow: /"
