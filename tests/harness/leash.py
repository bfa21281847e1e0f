"""Runs a command that ends with its starter: `python -m tests.harness.leash -- command …`.

Prints the command's process id. When the standard input closes, however the starter ended, the command gets SIGTERM, and
after KAMENG_LEASH_PATIENCE seconds its whole process group SIGKILL.
"""

import contextlib
import os
import signal
import subprocess
import sys
import threading

from tests.harness import processes

PATIENCE = float(os.environ.get("KAMENG_LEASH_PATIENCE", "15"))


def main(command: list[str]) -> None:
    """Start the command, hold it, end it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=sys.stderr, start_new_session=True, close_fds=False)
    print(process.pid, flush=True)
    threading.Thread(target=_follow, args=(process,), daemon=True).start()
    os.read(0, 1)
    processes.stop(process, (signal.SIGTERM, PATIENCE))
    _kill_group(process.pid)


def _follow(process: subprocess.Popen[bytes]) -> None:
    code = process.wait()
    _kill_group(process.pid)
    os._exit(code & 0xFF)


def _kill_group(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


if __name__ == "__main__":
    main(sys.argv[2:])
