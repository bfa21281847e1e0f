"""H4: whatever somebody sends, each entry of the log is one line that begins as entries do; the rest of it is marked."""

import io
import logging
import logging.config
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from kameng.lib.logs import MARK
from kameng.tasks.registry import each
from tests import factories as f
from tests.payments.world import send

pytestmark = pytest.mark.django_db

FORGED = "2026-11-22 04:00:00,000 INFO kameng.security all is well"
HOSTILE = [
    f"a{mark}{FORGED}" for mark in ("\r\n", "\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029", "\x00", "\x1b[2K")
]
ENTRY = re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} [A-Z]+ [\w.]+ ")


@pytest.fixture
def console() -> Iterator[Callable[[], list[str]]]:
    """What the shop's own formatter wrote, cut where any reader of logs might cut it."""
    logging_settings: Any = settings.LOGGING
    made = logging_settings["formatters"]["line"]
    stream = io.StringIO()
    handler, root = logging.StreamHandler(stream), logging.getLogger()
    config = logging.config.DictConfigurator({"version": 1})
    handler.setFormatter(config.configure_formatter(dict(made)))
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield lambda: stream.getvalue().splitlines()
    root.removeHandler(handler)
    root.setLevel(level)


def whole(lines: list[str]) -> bool:
    """Whether no line is of a visitor's making."""
    assert lines, "something was logged"
    forged = [line for line in lines if line.startswith(FORGED)]
    return not forged and all(ENTRY.match(line) or line.startswith(MARK) for line in lines)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_addresses_agents_and_hosts_stay_on_their_line(hostile: str, console: Callable[[], list[str]]) -> None:
    browser = Client(raise_request_exception=False)
    browser.get("/nowhere/" + hostile)
    browser.get("/nowhere/", headers={"user-agent": hostile, "referer": hostile})
    browser.get("/", headers={"host": hostile})
    browser.get("/search/", {"q": hostile, "page": hostile})
    browser.post(reverse("account_login"), {"login": hostile, "password": hostile})
    browser.post(reverse("lookup"), {"number": hostile, "email": hostile})
    assert whole(console())


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_forged_notice_stays_on_its_line(hostile: str, console: Callable[[], list[str]]) -> None:
    account = f.gateway_account()
    send(hostile, account)
    send(f"sign_type={hostile}&sign=x&{hostile}=1", account)
    assert whole(console())


@pytest.mark.parametrize("hostile", HOSTILE)
def test_an_exception_that_says_what_was_typed_forges_no_entry(
    hostile: str, console: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: Any, **_kwargs: Any) -> None:
        raise RuntimeError(hostile)

    monkeypatch.setattr("shop.storefront.views.home.render", fail)
    assert Client(raise_request_exception=False).get("/").status_code == 500
    each([1], fail)
    lines = console()
    assert whole(lines)
    assert any(line.startswith(f"{MARK}RuntimeError: a") for line in lines), "the traceback is there"
