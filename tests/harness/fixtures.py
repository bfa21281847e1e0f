"""Fixtures of every test: sites, servers, workers, browsers."""

import datetime as dt
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.cache import caches
from django.utils import translation
from playwright.sync_api import Browser, Page, sync_playwright

from kameng.lib import clock
from kameng.tasks import registry
from tests.harness import browsers, servers
from tests.harness.browsers import DESKTOP, Faults, Look, Visit

FAILURES = Path("var", "test-failures")


@dataclass
class Site:
    """A shop that answers over HTTP. Background work happens when `drain` is called, or by a `real_worker`."""

    url: str

    def drain(self, now: dt.datetime | None = None) -> int:
        """Run all controllers until nothing is due; returns the rows handled. Raises registry.NotSettled."""
        return registry.run_all(now=now)


@pytest.fixture(autouse=True)
def _one_clock() -> None:
    """The database runs on this machine; an offset measured while a test travels in time would outlive the journey."""
    clock._offset, clock._measure_after = dt.timedelta(0), float("inf")


@pytest.fixture(autouse=True)
def _nobody_tried_before() -> None:
    """Tests come from one address, and what their process counts of it stays in its memory."""
    caches["process"].clear()


@pytest.fixture
def site(live_server: Any, settings: Any) -> Site:
    """The shop in a thread of this process, for pages; its address is the shop's own address."""
    settings.SITE_URL = live_server.url
    return Site(live_server.url)


@pytest.fixture(scope="session")
def _web(django_db_setup: None) -> Iterator[servers.Web]:
    with servers.web() as web:
        yield web


@pytest.fixture
def served(_web: servers.Web, transactional_db: None, settings: Any) -> Site:
    """The shop under gunicorn, in processes of its own on the test's database: for races and timing."""
    assert _web.process.alive(), _web.process.log()
    settings.SITE_URL = _web.url
    return Site(_web.url)


@pytest.fixture
def real_worker(transactional_db: None, settings: Any) -> Iterator[servers.Process]:
    """`manage.py worker` on the test's database; ask for it after `site` or `served`, whose address it takes."""
    with servers.worker({"SITE_URL": settings.SITE_URL}) as process:
        yield process


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the run."""
    # Playwright keeps an event loop in this thread, and Django would refuse the database because of it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        chromium = browsers.launch(playwright)
        yield chromium
        chromium.close()


@pytest.fixture
def visit(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Visit]:
    """`visit(look)` gives a new visitor's page on the site of this test; see `browsers.Visit`."""
    site: Site = request.getfixturevalue("served" if "served" in request.fixturenames else "site")
    faults, contexts = Faults(), []

    def new(look: Look = DESKTOP, *, strict: bool = True) -> Page:
        context = browsers.context(browser, site.url, look)
        contexts.append(context)
        page = context.new_page()
        if strict:
            faults.watch(page)
        return page

    yield new
    failed = getattr(request.node, "failed", False)
    for number, context in enumerate(contexts):
        for page in context.pages if failed else []:
            page.screenshot(path=FAILURES / f"{request.node.name}-{number}.png", full_page=True)
        context.close()
    assert failed or not faults.seen, faults.seen


@pytest.fixture
def english() -> Iterator[None]:
    """Messages in the language of their sources."""
    with translation.override("en"):
        yield


@pytest.fixture
def mail_folder() -> Path:
    """Where processes started by a test write their mail."""
    return Path(django_settings.EMAIL_FILE_PATH)
