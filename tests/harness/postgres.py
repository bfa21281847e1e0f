"""A real PostgreSQL without set-up: `python -m tests.harness.postgres [--durable] -- command …`.

Runs the command with DATABASE_URL naming a server of its own, which ends with it, and KAMENG_PG_BIN naming the
folder of the server's programs (pgbench among them). A DATABASE_URL that already names PostgreSQL is used as it is.
`--durable` keeps fsync on, for benchmarks.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from tests.harness.binaries import NoPostgreSQL


@dataclass(frozen=True)
class Server:
    """A running server: the address of an empty database, the folder of its programs, its postmaster's process id."""

    url: str
    programs: str
    pid: int


@contextmanager
def running(*, durable: bool = False) -> Iterator[Server]:
    """A server for the length of the block, and never longer than this process. Raises NoPostgreSQL."""
    command = [sys.executable, "-m", "tests.harness.guardian", *(["--durable"] if durable else [])]
    # A session of its own: Ctrl-C must reach the tests first and the server last.
    guardian = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True)
    assert guardian.stdin is not None
    assert guardian.stdout is not None
    try:
        line = guardian.stdout.readline()
        if not line:
            raise NoPostgreSQL(f"PostgreSQL could not be started (exit code {guardian.wait()}); the reason stands above.")
        told = json.loads(line)
        yield Server(url=told["url"], programs=told["bin"], pid=told["pid"])
    finally:
        with suppress(BrokenPipeError):
            guardian.stdin.close()
        guardian.wait()
        guardian.stdout.close()


def run(command: Sequence[str], *, durable: bool = False) -> int:
    """Run the command against PostgreSQL; returns its exit code."""
    if os.environ.get("DATABASE_URL", "").startswith(("postgres://", "postgresql://")):
        return _run(command, dict(os.environ))
    with running(durable=durable) as server:
        return _run(command, os.environ | {"DATABASE_URL": server.url, "KAMENG_PG_BIN": server.programs})


def _run(command: Sequence[str], environment: dict[str, str]) -> int:
    process = subprocess.Popen(command, env=environment)
    signal.signal(signal.SIGTERM, lambda number, _frame: process.send_signal(number))
    # The terminal sends Ctrl-C to the command as well; its answer is the one that counts.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    return process.wait()


def main(arguments: Sequence[str]) -> int:
    """The command line; returns the exit code."""
    cut = arguments.index("--") if "--" in arguments else len(arguments)
    options, command = arguments[:cut], arguments[cut + 1 :]
    if not command or set(options) - {"--durable"}:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        return run(command, durable="--durable" in options)
    except NoPostgreSQL as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
