"""The servers of tests are real: processes of their own on the test's database, which see what the test committed."""

import os
import signal
import sys

import httpx
import pytest
from django.db import connection

from kameng.tasks.models import Heartbeat
from tests.harness import servers
from tests.harness.browsers import DESKTOP, PHONE, Faults, Look, Visit
from tests.harness.fixtures import Site
from tests.tooling.test_postgres import alive, until

# The processes of a server that just started have the whole shop to load.
PATIENCE = 60.0


@pytest.mark.django_db(transaction=True)
def test_a_page_answers_in_this_process(site: Site) -> None:
    assert httpx.get(f"{site.url}/", timeout=PATIENCE).status_code == 200


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_a_page_answers_from_processes_of_its_own(served: Site, turn: int) -> None:
    answer = httpx.get(f"{served.url}/", timeout=PATIENCE)
    assert answer.status_code == 200
    assert "gunicorn" in answer.headers["server"]


@pytest.mark.django_db(transaction=True)
def test_the_address_of_the_test_database_leads_another_process_to_it() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE harness_probe (n integer)")
    try:
        code = (
            "import django; django.setup()\n"
            "from django.db import connection\n"
            "connection.cursor().execute('SELECT n FROM harness_probe')"
        )
        process = servers.start("probe", [sys.executable, "-c", code])
        assert process.leash.wait() == 0, process.log()
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE harness_probe")


@pytest.mark.django_db(transaction=True)
def test_nothing_is_due_in_an_empty_shop(site: Site) -> None:
    assert site.drain() == 0


def test_a_real_worker_runs_and_ends(real_worker: servers.Process) -> None:
    assert until(Heartbeat.objects.exists), real_worker.log()
    assert real_worker.stop() == 0, real_worker.log()
    assert not alive(real_worker.pid)


def test_a_killed_worker_is_noticed(real_worker: servers.Process) -> None:
    os.kill(real_worker.pid, signal.SIGKILL)
    assert until(lambda: not real_worker.alive())


@pytest.mark.browser
@pytest.mark.smoke
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("look", [DESKTOP, PHONE, Look(dark=True, locale="en-GB")])
def test_a_browser_looks_as_asked(site: Site, visit: Visit, look: Look) -> None:
    page = visit(look, strict=False)
    page.goto("/")
    seen = page.evaluate("[innerWidth, matchMedia('(prefers-color-scheme: dark)').matches, navigator.language]")
    assert seen == [look.width, look.dark, look.locale]


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_script_error_and_a_foreign_request_are_faults(site: Site, visit: Visit) -> None:
    page, faults = visit(strict=False), Faults()
    faults.watch(page)
    page.goto("/")
    with page.expect_event("pageerror"):
        page.evaluate("() => { setTimeout(() => { throw new Error('planted') }) }")
    with page.expect_request("https://fonts.example/**"):
        page.evaluate("() => { new Image().src = 'https://fonts.example/a.png' }")
    assert any("planted" in fault for fault in faults.seen)
    assert any("fonts.example" in fault for fault in faults.seen)
