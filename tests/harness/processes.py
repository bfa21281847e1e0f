"""Folders named after the process that owns them, and processes that must not outlive a test run."""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import Any


def folder(prefix: str, parent: Path | None = None) -> Path:
    """A new temporary folder of this process; those of processes that are gone are removed first."""
    parent = parent or Path(tempfile.gettempdir())
    sweep(parent, prefix)
    return Path(tempfile.mkdtemp(prefix=f"{prefix}{os.getpid()}-", dir=parent))


def sweep(parent: Path, prefix: str) -> list[Path]:
    """Remove the folders whose process is gone; returns them."""
    gone = [path for path in parent.glob(f"{prefix}*-*") if not _alive(path.name.removeprefix(prefix).split("-")[0])]
    for path in gone:
        shutil.rmtree(path, ignore_errors=True)
    return gone


def stop(process: subprocess.Popen[Any], *steps: tuple[signal.Signals, float]) -> int:
    """Send each signal and wait its seconds for the end, then SIGKILL; returns the exit code."""
    for number, seconds in steps:
        if process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(seconds)
    if process.poll() is None:
        process.kill()
    return process.wait()


def _alive(pid: str) -> bool:
    if not pid.isdigit():
        return True
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
