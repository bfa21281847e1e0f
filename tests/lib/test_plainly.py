"""Who starts the shop with a wrong setting reads one line that names it, not a traceback."""

import socket
import subprocess
import sys

import pytest

from tests.checks import production

pytestmark = pytest.mark.once


def told(*command: str, **changed: str) -> str:
    """What `manage.py` wrote as it failed, in an environment that would work but for what is changed."""
    with production.environment() as environment:
        done = subprocess.run(
            [sys.executable, "manage.py", *command], env=environment | changed, capture_output=True, text=True
        )
    assert done.returncode == 1
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    return line


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"SECRET_KEY": ""}, "Set SECRET_KEY in the environment (see README, Configuration)."),
        ({"DATABASE_URL": "mysql://a:secret@b/c"}, "DATABASE_URL has an unknown scheme: mysql; write postgres://"),
        ({"DATABASE_URL": "postgres://a:se#cret@b/c"}, "DATABASE_URL has a port that is no number"),
        ({"EMAIL_PORT": "smtp"}, "EMAIL_PORT is not a number: smtp"),
        ({"EMAIL_USE_SSL": "1", "EMAIL_USE_TLS": "1"}, "Set EMAIL_USE_SSL (port 465) or EMAIL_USE_TLS"),
    ],
)
def test_a_wrong_setting_is_named_in_one_line(changed: dict[str, str], said: str) -> None:
    line = told("worker", **changed)
    assert line.startswith(said)
    assert "cret" not in line.replace("SECRET", "")


def test_a_database_that_is_down_is_named_in_one_line() -> None:
    with socket.socket() as nobody:
        # Bound, but nobody listens.
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
        line = told("migrate", DATABASE_URL=f"postgres://a:secret@127.0.0.1:{port}/c")
    assert line.startswith("The database does not answer (see DATABASE_URL): ")
    assert str(port) in line
    assert "secret" not in line


def test_who_wants_the_traceback_gets_it() -> None:
    with production.environment() as environment:
        changed = environment | {"SECRET_KEY": ""}
        command = [sys.executable, "manage.py", "check", "--traceback"]
        done = subprocess.run(command, env=changed, capture_output=True, text=True)
    assert "Traceback" in done.stderr


def test_mail_over_tls_from_the_start_goes_to_its_own_port() -> None:
    code = "from django.conf import settings as s; print(s.EMAIL_PORT, s.EMAIL_USE_SSL, s.EMAIL_USE_TLS)"
    with production.environment() as environment:
        for changed, said in (({}, "25 False False"), ({"EMAIL_USE_SSL": "1"}, "465 True False")):
            done = subprocess.run([sys.executable, "-c", code], env=environment | changed, capture_output=True, text=True)
            assert done.stdout.strip() == said
