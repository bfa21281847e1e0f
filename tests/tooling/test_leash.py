"""A process that a test starts ends with the test run, even when the run is killed."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.tooling.test_postgres import alive, until

pytestmark = pytest.mark.once
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
WILLING = "import time; time.sleep(600)"


def leashed(code: str) -> tuple[subprocess.Popen[str], int]:
    command = [sys.executable, "-m", "tests.harness.leash", "--", sys.executable, "-c", code]
    leash = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert leash.stdout is not None
    return leash, int(leash.stdout.readline())


@pytest.fixture
def sleeper() -> Iterator[tuple[subprocess.Popen[str], int]]:
    leash, pid = leashed(WILLING)
    yield leash, pid
    leash.communicate()


def test_closing_the_pipe_ends_the_command(sleeper: tuple[subprocess.Popen[str], int]) -> None:
    leash, pid = sleeper
    assert alive(pid)
    leash.communicate()
    assert not alive(pid)


def test_the_death_of_the_starter_ends_the_command() -> None:
    code = (
        "import subprocess, sys, time\n"
        f"leash = subprocess.Popen([sys.executable, '-m', 'tests.harness.leash', '--', sys.executable, '-c', {WILLING!r}],"
        " stdin=subprocess.PIPE)\n"
        "time.sleep(600)\n"
    )
    starter = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert starter.stdout is not None
    pid = int(starter.stdout.readline())
    assert alive(pid)
    starter.kill()
    starter.communicate()
    assert until(lambda: not alive(pid))


def test_the_end_of_the_command_ends_the_leash_with_its_exit_code(sleeper: tuple[subprocess.Popen[str], int]) -> None:
    leash, pid = sleeper
    os.kill(pid, signal.SIGKILL)
    assert leash.wait(10) == -signal.SIGKILL & 0xFF


def test_a_command_that_ignores_sigterm_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAMENG_LEASH_PATIENCE", "0.2")
    leash, pid = leashed(STUBBORN)
    leash.communicate()
    assert not alive(pid)
