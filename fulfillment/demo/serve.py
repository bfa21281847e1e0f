"""Web server and worker of the demo under one supervisor: what it starts, it ends."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
import types
from collections.abc import Callable

import httpx

from fulfillment.demo.address import Address
from kameng.tasks.processes import end_with_parent

STOP_SECONDS = 9.0
"""All processes get this long to end by themselves; then they are killed."""
LOOK_SECONDS = 0.2
READY_SECONDS = 60.0


class House:
    """The two processes; `run` returns when a signal came or one of them ended. `tell` says what goes on."""

    def __init__(self, address: Address, *, tell: Callable[[str], None]) -> None:
        self.address = address
        self._tell = tell
        self._answer = ""
        self._stop = threading.Event()
        self._children: list[subprocess.Popen[bytes]] = []

    def run(self, *, announce: Callable[[], None]) -> int:
        """Start both, call `announce` once the shop answers, watch, stop; returns an exit code."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        workers = ["--workers", "2", "--threads", "8", "--worker-class", "gthread", "--timeout", "60"]
        quiet = ["--log-level", "warning", "--graceful-timeout", "5", "--no-control-socket"]
        self._start([sys.executable, "-m", "gunicorn", "kameng.wsgi", "--bind", self.address.bind, *workers, *quiet])
        self._start([sys.executable, "manage.py", "worker"])
        try:
            if self._ready():
                announce()
            elif not (self._stop.is_set() or self._somebody_ended()):
                self._say(f"The start page did not open within {READY_SECONDS:.0f} seconds ({self._answer}); stopping …")
                return 1
            while not self._stop.wait(LOOK_SECONDS):
                if self._somebody_ended():
                    self._say("The web server or the worker ended by itself; stopping the other …")
                    return 1
            self._say("\nStopping the shop …")
            return 0
        finally:
            self._end()
            self._say("Stopped. Its data are kept: `make demo` opens it again.")

    def _start(self, command: list[str]) -> None:
        parent = os.getpid()
        child = subprocess.Popen(command, start_new_session=True, preexec_fn=lambda: end_with_parent(parent))  # noqa: PLW1509
        self._children.append(child)

    def _somebody_ended(self) -> bool:
        return any(child.poll() is not None for child in self._children)

    def _say(self, text: str) -> None:
        # The terminal may be gone; what was started has to end all the same.
        with contextlib.suppress(OSError):
            self._tell(text)

    def _on_signal(self, _number: int, _frame: types.FrameType | None) -> None:
        self._stop.set()

    def _ready(self) -> bool:
        end = time.monotonic() + READY_SECONDS
        while time.monotonic() < end and not self._stop.wait(LOOK_SECONDS):
            if self._somebody_ended():
                return False
            try:
                status = httpx.get(self.address.url, timeout=5, trust_env=False).status_code
            except httpx.HTTPError as error:
                self._answer = type(error).__name__
                continue
            if status == 200:
                return True
            self._answer = f"it answers {status}"
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
