"""Runs one PostgreSQL server for as long as its standard input stays open, then stops it and removes its data.

The standard input is a pipe that the starter holds: the kernel closes it however the starter ends, SIGKILL included.
Were this process itself killed, the server gets SIGQUIT (an immediate shutdown) by its parent-death signal on Linux.
"""

import ctypes
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

import psycopg

from tests.harness import binaries, processes

PREFIX = "kameng-pg-"
USER = "kameng"
DATABASE = "kameng"
START_SECONDS = 60.0
PR_SET_PDEATHSIG = 1
# The path of a socket has at most 107 bytes, 103 on some systems.
LONGEST_PARENT = 50

ALWAYS = {
    "listen_addresses": "",
    "max_connections": "300",
    "timezone": "UTC",
    "log_lock_waits": "on",
    "jit": "off",
}
# A test database is thrown away: what a power cut would do to it is nobody's concern.
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def main(durable: bool) -> None:
    """Start, tell the address as one line of JSON, wait for the end of the standard input, stop."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    root = processes.folder(PREFIX, parent(Path(tempfile.gettempdir())))
    try:
        who = binaries.identity()
        programs = _prepare(root, who)
        server = _start(root, programs, who, ALWAYS if durable else ALWAYS | FORGETFUL)
        try:
            address = _await(server, root)
            print(json.dumps({"url": address, "bin": str(programs), "pid": server.pid}), flush=True)
            sys.stdin.read()
        finally:
            processes.stop(server, (signal.SIGINT, 10.0), (signal.SIGQUIT, 5.0))
    finally:
        shutil.rmtree(root, ignore_errors=True)


def parent(usual: Path) -> Path:
    """Where the cluster goes: the usual place for temporary files, unless no socket fits there or others may not enter."""
    open_to_all = all(each.stat().st_mode & stat.S_IXOTH for each in (usual, *usual.parents))
    return usual if len(str(usual)) <= LONGEST_PARENT and open_to_all else Path("/tmp")


def _prepare(root: Path, who: binaries.Identity) -> Path:
    """Find the programs and make an empty cluster in `root`; returns the programs' folder."""
    root.chmod(0o755)
    programs = binaries.find(who, root)
    for name in ("data", "socket"):
        (root / name).mkdir(mode=0o700)
        if who.uid is not None and who.gid is not None:
            os.chown(root / name, who.uid, who.gid)
    command: list[str | Path] = [
        programs / "initdb",
        "-D",
        root / "data",
        "-U",
        USER,
        "--auth=trust",
        "--encoding=UTF8",
        "--locale=C.UTF-8",
    ]
    done = subprocess.run([*command, "--no-sync"], capture_output=True, text=True, cwd="/", **who.options())
    if done.returncode:
        raise binaries.NoPostgreSQL(f"initdb failed:\n{done.stdout}{done.stderr}")
    return programs


def _start(root: Path, programs: Path, who: binaries.Identity, options: dict[str, str]) -> subprocess.Popen[bytes]:
    command: list[str | Path] = [programs / "postgres", "-D", root / "data", "-k", root / "socket"]
    for name, value in options.items():
        command += ["-c", f"{name}={value}"]
    with (root / "log").open("wb") as log:
        # There are no threads here that a function between fork and exec could deadlock with.
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            preexec_fn=_die_with_parent,  # noqa: PLW1509
            **who.options(),
        )


def _die_with_parent() -> None:
    # After the change of user, which would clear it.
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGQUIT)


def _await(server: subprocess.Popen[bytes], root: Path) -> str:
    """The address of the database, once the server answers."""
    host = quote(str(root / "socket"), safe="")
    last: Exception | None = None
    deadline = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        try:
            with psycopg.connect(f"postgres://{USER}@/postgres?host={host}", autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {DATABASE}")
            return f"postgres://{USER}@/{DATABASE}?host={host}"
        except psycopg.OperationalError as error:
            last = error
            time.sleep(0.05)
    raise binaries.NoPostgreSQL(f"PostgreSQL did not start: {last}\n{(root / 'log').read_text(errors='replace')[-3000:]}")


if __name__ == "__main__":
    main(durable="--durable" in sys.argv[1:])
