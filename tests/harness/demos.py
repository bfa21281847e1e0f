"""The demo as a newcomer starts it, on a port and in a folder of its own."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.harness import processes

READY = re.compile(r"kameng is ready: (\S+)")
STOP_SECONDS = 10.0


class Demo:
    """A demo that was started, and the lines that it wrote so far."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.lines: list[str] = []
        self._settled = threading.Event()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        # To the end, or the demo would block on a full pipe.
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip())
            if READY.search(line):
                self._settled.set()
        self._settled.set()

    def ready(self) -> str:
        """Wait for the address; raises RuntimeError with what was written when the demo ends before."""
        self._settled.wait()
        found = next(filter(None, map(READY.search, self.lines)), None)
        if found is None:
            raise RuntimeError("the demo did not become ready:\n" + "\n".join(self.lines))
        return found[1].rstrip("/")

    def told(self, what: str) -> bool:
        """Whether a line so far says that."""
        return any(what in line for line in self.lines)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Ask the demo to stop as a terminal or a service manager would; returns its exit code."""
        code = processes.stop(self.process, (number, STOP_SECONDS))
        self._reader.join(STOP_SECONDS)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code


def free_port() -> int:
    """A port that nobody used a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def start(var: Path, environment: Mapping[str, str] | None = None, *arguments: str) -> Demo:
    """Start a demo whose data live in `var`."""
    # The settings of tests do not reach it: it is the demo that is looked at.
    keep = {name: value for name, value in os.environ.items() if not name.startswith(("KAMENG_", "DJANGO_"))}
    for name in ("ALLOWED_HOSTS", "HTTPS", "SECRET_KEY", "SITE_URL", "TRUSTED_PROXIES", "LOG_LEVEL", "DATABASE_URL"):
        keep.pop(name, None)
    told = {
        "KAMENG_DEMO": "1",
        "KAMENG_VAR": str(var),
        "HOST": "127.0.0.1",
        "PORT": str(free_port()),
        "PYTHONUNBUFFERED": "1",
    }
    process = subprocess.Popen(
        [sys.executable, "manage.py", "demo", *arguments],
        env=keep | told | dict(environment or {}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    return Demo(process)


@contextmanager
def running(var: Path, environment: Mapping[str, str] | None = None) -> Iterator[str]:
    """The address of a demo that is ready, for the length of the block."""
    demo = start(var, environment)
    try:
        yield demo.ready()
    finally:
        demo.stop()
