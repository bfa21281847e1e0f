"""Web server and worker of the demo under one supervisor: what it starts, it ends."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import types
from collections.abc import Callable
from dataclasses import dataclass

import httpx

from kameng.tasks.processes import end_with_parent

STOP_SECONDS = 9.0
"""All processes get this long to end by themselves; then they are killed."""
LOOK_SECONDS = 0.2
READY_SECONDS = 60.0


class AddressInUse(Exception):
    """Somebody else listens there."""


@dataclass(frozen=True)
class Address:
    """Where the shop listens."""

    host: str
    port: int

    @property
    def url(self) -> str:
        """The address for a browser on this machine."""
        host = "127.0.0.1" if self.host in {"0.0.0.0", "::"} else self.host  # noqa: S104
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}/"

    def check_free(self) -> None:
        """Raise AddressInUse when the port is taken (a port in TIME_WAIT is not)."""
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((self.host, self.port))
            except OSError as error:
                raise AddressInUse(str(error)) from error


class House:
    """The two processes; `run` returns when a signal came or one of them ended."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self._stop = threading.Event()
        self._children: list[subprocess.Popen[bytes]] = []

    def run(self, *, announce: Callable[[], None]) -> int:
        """Start both, call `announce` once the shop answers, watch, stop; returns an exit code."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        host = f"[{self.address.host}]" if ":" in self.address.host else self.address.host
        bind = f"{host}:{self.address.port}"
        workers = ["--workers", "2", "--threads", "8", "--worker-class", "gthread", "--timeout", "60"]
        quiet = ["--log-level", "warning", "--graceful-timeout", "5", "--no-control-socket"]
        self._start([sys.executable, "-m", "gunicorn", "kameng.wsgi", "--bind", bind, *workers, *quiet])
        self._start([sys.executable, "manage.py", "worker"])
        try:
            if self._ready():
                announce()
            while not self._stop.wait(LOOK_SECONDS):
                if any(child.poll() is not None for child in self._children):
                    return 1
            return 0
        finally:
            self._end()

    def _start(self, command: list[str]) -> None:
        parent = os.getpid()
        child = subprocess.Popen(command, start_new_session=True, preexec_fn=lambda: end_with_parent(parent))  # noqa: PLW1509
        self._children.append(child)

    def _on_signal(self, _number: int, _frame: types.FrameType | None) -> None:
        self._stop.set()

    def _ready(self) -> bool:
        end = time.monotonic() + READY_SECONDS
        while time.monotonic() < end and not self._stop.wait(LOOK_SECONDS):
            if any(child.poll() is not None for child in self._children):
                return False
            with contextlib.suppress(httpx.HTTPError):
                if httpx.get(self.address.url, timeout=5, trust_env=False).status_code == 200:
                    return True
        return False

    def _end(self) -> None:
        for child in self._children:
            with contextlib.suppress(ProcessLookupError):
                child.terminate()
        end = time.monotonic() + STOP_SECONDS
        for child in self._children:
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(max(0.0, end - time.monotonic()))
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()
