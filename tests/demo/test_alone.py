"""Only one demo has the data: another one is told where it runs, and may start once it is gone, however it went."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from fulfillment.demo.alone import RunsAlready, alone
from tests.harness import servers

HOLD = """
import django; django.setup()
from fulfillment.demo.alone import alone
with alone("http://127.0.0.1:8000/"):
    print("held", flush=True)
    input()
"""


@pytest.fixture
def other() -> Iterator[subprocess.Popen[str]]:
    """Another process that has the data."""
    environment = os.environ | {
        "DATABASE_URL": servers.database_url(),
        "DJANGO_SETTINGS_MODULE": "tests.harness.settings",
    }
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate()


@pytest.mark.django_db(transaction=True)
def test_the_second_is_told_where_the_first_one_runs_until_that_is_killed(other: subprocess.Popen[str]) -> None:
    told = rf"the demo already runs at http://127\.0\.0\.1:8000/ \(pid {other.pid}\)"
    with pytest.raises(RunsAlready, match=told), alone("http://127.0.0.1:8001/"):
        pass
    other.send_signal(signal.SIGKILL)
    other.wait()
    with alone("http://127.0.0.1:8001/"):
        pass


@pytest.mark.django_db(transaction=True)
def test_another_folder_does_not_help_where_the_database_is_the_same(
    other: subprocess.Popen[str], settings: Any, tmp_path: Path
) -> None:
    settings.VAR = tmp_path
    where = "at http://127" if connection.vendor == "sqlite" else "on this database"
    with pytest.raises(RunsAlready, match=f"the demo already runs {where}"), alone("http://127.0.0.1:8001/"):
        pass
