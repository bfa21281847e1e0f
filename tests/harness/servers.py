"""Real processes on the test database: the web server and the background worker, which end with the test run."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection

WORKERS = 2
THREADS = 8


def database_url() -> str:
    """The address of the database that this test run made, for another process."""
    told = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{told['NAME']}"
    owner = quote(told["USER"], safe="") + (f":{quote(told['PASSWORD'], safe='')}" if told["PASSWORD"] else "")
    port = f"&port={told['PORT']}" if told["PORT"] else ""
    return f"postgres://{owner}@/{quote(told['NAME'], safe='')}?host={quote(told['HOST'], safe='')}{port}"


@dataclass
class Process:
    """A process on a leash: `pid` is its own, `log` what it wrote so far."""

    pid: int
    leash: subprocess.Popen[bytes]
    path: Path

    def log(self) -> str:
        return self.path.read_text(errors="replace")

    def alive(self) -> bool:
        return self.leash.poll() is None

    def kill(self) -> None:
        """SIGKILL, as a power cut would."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        self.leash.wait()

    def stop(self) -> int:
        """SIGTERM and wait; returns the leash's exit code."""
        assert self.leash.stdin is not None
        with suppress(BrokenPipeError):
            self.leash.stdin.close()
        return self.leash.wait()


def start(
    name: str, command: list[str], environment: Mapping[str, str] | None = None, pass_fds: tuple[int, ...] = ()
) -> Process:
    """Start a command on the test database with the settings of tests; what it writes goes to a file of its own."""
    path = Path(settings.VAR, f"{name}-{os.getpid()}-{os.urandom(3).hex()}.log")
    full = os.environ | {"DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "tests.harness.settings"}
    full |= environment or {}
    with path.open("wb") as log:
        leash = subprocess.Popen(
            [sys.executable, "-m", "tests.harness.leash", "--", *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            env=full,
            pass_fds=pass_fds,
            start_new_session=True,
        )
    assert leash.stdout is not None
    pid = leash.stdout.readline()
    leash.stdout.close()
    if not pid:
        raise RuntimeError(f"{name} did not start:\n{path.read_text()}")
    return Process(int(pid), leash, path)


@contextmanager
def worker(environment: Mapping[str, str] | None = None, *arguments: str) -> Iterator[Process]:
    """`manage.py worker` for the length of the block."""
    process = start("worker", [sys.executable, "manage.py", "worker", *arguments], environment)
    try:
        yield process
    finally:
        process.stop()


@dataclass
class Web:
    """A web server of several processes."""

    url: str
    process: Process


@contextmanager
def web(environment: Mapping[str, str] | None = None, *, workers: int = WORKERS, threads: int = THREADS) -> Iterator[Web]:
    """gunicorn for the length of the block, on a port of its own.

    It inherits a socket that listens already: nobody has to wait for it, and nobody can take its port.
    """
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        number = listener.fileno()
        options = [f"--bind=fd://{number}", f"--workers={workers}", f"--threads={threads}", "--worker-class=gthread"]
        command = [sys.executable, "-m", "gunicorn", "kameng.wsgi", *options, "--graceful-timeout=5", "--log-level=warning"]
        process = start("web", command, {"SITE_URL": url, **(environment or {})}, pass_fds=(number,))
    try:
        yield Web(url, process)
    finally:
        process.stop()
