"""What every test run does: the flush passes the triggers, browsers are counted, the outcome is written for the summary."""

import json
import os
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.harness import browsers, flush, servers
from tests.harness.scale import DRILLS

pytest_plugins = ["tests.harness.fixtures"]

MOST_LOG = 5000
NO_BROWSER = "no Chromium: set KAMENG_CHROMIUM or install chromium"
NO_RACE = "races need PostgreSQL: row locks and skipping them are what they test"


# A database takes its time; a failure must be replayable from what CI printed. Only the drills roll new dice.
settings.register_profile(
    "kameng", deadline=None, print_blob=True, derandomize=not DRILLS, suppress_health_check=[HealthCheck.too_slow]
)


def pytest_configure(config: pytest.Config) -> None:
    flush.install()
    settings.load_profile("kameng")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    from django.db import connection

    wanting = [item for item in items if item.get_closest_marker("browser")]
    if wanting and browsers.executable() is None:
        if browsers.required():
            raise pytest.UsageError(f"REQUIRE_BROWSERS=1, but there is {NO_BROWSER}")
        for item in wanting:
            item.add_marker(pytest.mark.skip(reason=NO_BROWSER))
    if connection.vendor != "postgresql":
        for item in items:
            if item.get_closest_marker("race"):
                item.add_marker(pytest.mark.skip(reason=NO_RACE))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    report = yield
    if report.when == "call":
        item.failed = report.failed  # type: ignore[attr-defined]
    if report.failed:
        report.sections += list(_logs(item))
    return report


def _logs(item: pytest.Item) -> Iterator[tuple[str, str]]:
    """What the processes behind a failed test wrote."""
    for name, value in getattr(item, "funcargs", {}).items():
        process = value.process if isinstance(value, servers.Web) else value
        if isinstance(process, servers.Process):
            yield f"log of {name.strip('_')}", process.log()[-MOST_LOG:]


def pytest_terminal_summary(terminalreporter: Any) -> None:
    counts = {
        name: len(terminalreporter.stats.get(name, [])) for name in ("passed", "failed", "error", "skipped", "xfailed")
    }
    missing = [report for report in terminalreporter.stats.get("skipped", []) if NO_BROWSER in str(report.longrepr)]
    if missing:
        terminalreporter.section(f"{len(missing)} BROWSER TESTS DID NOT RUN", sep="!", red=True, bold=True)
        terminalreporter.line(NO_BROWSER)
    told = os.environ.get("KAMENG_SUITE_REPORT")
    if told:
        Path(told).write_text(json.dumps(counts | {"no browser": len(missing)}))
