"""H1: the secret part of a link is in no log line, whatever happens to the page behind it."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from kameng.lib.logs import OneLine, without_secrets
from tests import factories

pytestmark = pytest.mark.django_db


class Everything(logging.Handler):
    """All that was logged, as the console prints it and as any other handler would."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []
        self.ways = (OneLine("%(name)s %(message)s"), logging.Formatter("%(name)s %(message)s %(args)s"))

    def emit(self, record: logging.LogRecord) -> None:
        self.lines += [way.format(record) for way in self.ways]


@pytest.fixture
def logged() -> Iterator[list[str]]:
    handler, root = Everything(), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield handler.lines
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.fixture
def token() -> str:
    return str(factories.place_order().token)


def test_a_failure_behind_a_guests_link_leaves_no_token(
    token: str, logged: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(request: Any, *_: object) -> None:
        raise RuntimeError(f"broken for {request.path}")

    monkeypatch.setattr("fulfillment.tracking.views.remember", fail)
    answer = Client(raise_request_exception=False).get(reverse("order_link", args=[token]))
    assert answer.status_code == 500
    told = [line for line in logged if "/o/k/…/" in line]
    assert any(line.startswith("django.request") for line in told), "the failure itself is logged"
    assert any("reference" in line for line in told)
    assert any("RuntimeError: broken for /o/k/…/" in line for line in logged), "the traceback is there"
    assert not [line for line in logged if token in line]


def test_no_handler_at_all_gets_the_token_in_a_message(token: str, caplog: pytest.LogCaptureFixture) -> None:
    # Every 64th token ends with any given letter, and would then be the right one.
    wrong = token[:-1] + ("A" if token[-1] != "A" else "B")
    with caplog.at_level(logging.DEBUG):
        Client().get(reverse("order_link", args=[wrong]))
        Client().get("/account/login/", {"next": reverse("order_link", args=[token])})
        Client().get(f"/o/k/{token}")
    assert "Not Found: /o/k/…/" in caplog.text
    assert token not in caplog.text
    assert token[:-1] not in caplog.text


def test_an_access_log_that_somebody_turns_on_has_none(token: str, caplog: pytest.LogCaptureFixture) -> None:
    line = '%(h)s "%(r)s" %(s)s "%(f)s"'
    atoms = {"h": "198.51.100.7", "r": f"GET /o/k/{token}/ HTTP/1.1", "s": "302", "f": f"https://shop.example/o/k/{token}/"}
    with caplog.at_level(logging.INFO):
        logging.getLogger("gunicorn.access").info(line, atoms)
        logging.getLogger("uvicorn.access").info('%s - "%s %s" %d', "198.51.100.7", "GET", f"/o/k/{token}/?a=1", 302)
    assert token not in caplog.text
    assert '198.51.100.7 "GET /o/k/…/ HTTP/1.1" 302 "https://shop.example/o/k/…/"' in caplog.text
    assert '"GET /o/k/…/?a=1" 302' in caplog.text


@pytest.mark.parametrize(
    ("written", "logged_as"),
    [
        ("/o/k/abc_D-1/", "/o/k/…/"),
        ("/o/k/abc", "/o/k/…"),
        ("next=%2Fo%2Fk%2Fabc-1%2F&x=1", "next=%2Fo%2Fk%2F…%2F&x=1"),
        ("/account/password/reset/key/3-d1f2-abc/ failed", "/account/password/reset/key/…/ failed"),
        ("/account/confirm-email/MQ:1abc:x_y/", "/account/confirm-email/…/"),
        ("/o/4F7K2M9Q8R3T5V6W/state/", "/o/4F7K2M9Q8R3T5V6W/state/"),
        ("/p/o/k", "/p/o/k"),
    ],
)
def test_only_the_secret_part_is_left_out(written: str, logged_as: str) -> None:
    assert without_secrets(written) == logged_as


def test_a_record_whose_parts_do_not_fit_is_left_to_its_handler() -> None:
    record = logging.getLogRecordFactory()("x", logging.INFO, "", 1, "%d and %d", ("one",), None)
    assert record.args == ("one",)
