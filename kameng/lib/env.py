"""Reading settings from the environment."""

import base64
import hashlib
import os
import re
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def flag(name: str, *, default: bool = False) -> bool:
    """True for 1, true, yes, on (any case); `default` when the variable is unset or empty."""
    value = os.environ.get(name, "")
    return value.lower() in {"1", "true", "yes", "on"} if value else default


def number(name: str, default: int) -> int:
    """A whole number; `default` when the variable is unset or empty; raises ImproperlyConfigured for anything else."""
    value = os.environ.get(name, "") or str(default)
    if not (value.isascii() and value.isdecimal()):
        raise ImproperlyConfigured(f"{name} is not a number: {value}")
    return int(value)


def words(name: str, default: str = "") -> list[str]:
    """A list separated by spaces or commas."""
    return os.environ.get(name, default).replace(",", " ").split()


def required(name: str, *, unless: bool, otherwise: Callable[[], str]) -> str:
    """The variable's value; what `otherwise` gives where it may be missing; raises ImproperlyConfigured where it may not."""
    value = os.environ.get(name, "")
    if value:
        return value
    if unless:
        return otherwise()
    raise ImproperlyConfigured(f"Set {name} in the environment (see README, Configuration).")


def generated(var: Path, name: str) -> str:
    """A key made once and kept in a private file under `var`, for demo and development only.

    The shape is "id:base64" of 32 random bytes. Two processes that start together agree: the file is created exclusively.
    """
    path = var / name
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{name}.{os.getpid()}.{secrets.token_hex(4)}")
        if not path.exists():
            draft.write_text("k1:" + base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())
            draft.chmod(0o600)
            try:
                os.link(draft, path)
            except FileExistsError:
                pass
            finally:
                draft.unlink()
        return path.read_text().strip()
    except OSError as error:
        raise ImproperlyConfigured(f"Cannot keep a demo key in {path}: {error}") from error


def database(url: str, var: Path) -> dict[str, Any]:
    """Django's database settings for a `postgres://` or `sqlite:///` address; SQLite under `var` when empty."""
    if not url:
        return sqlite(var / "kameng.sqlite3")
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return sqlite(Path(unquote(parts.path)))
    if parts.scheme not in {"postgres", "postgresql"}:
        known = "postgres://user:password@host:port/name or sqlite:///folder/file"
        raise ImproperlyConfigured(f"DATABASE_URL has an unknown scheme: {parts.scheme or '(none)'}; write {known}.")
    options = dict(parse_qsl(parts.query))
    host = options.pop("host", "") or unquote(parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": _port(parts),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {**options, "options": "-c lock_timeout=2s -c statement_timeout=15s"},
    }


def label(database: Mapping[str, Any]) -> str:
    """A name for a folder of what belongs to this database alone: readable, and another one for every other database."""
    engine = str(database["ENGINE"]).rpartition(".")[2]
    place = f"{database.get('HOST', '')}:{database.get('PORT', '')}/{database['NAME']}"
    name = re.sub(r"\W+", "-", Path(database["NAME"]).stem)
    return f"{engine}-{name}-{hashlib.sha256(place.encode()).hexdigest()[:8]}"


def _port(parts: SplitResult) -> str:
    try:
        return str(parts.port or "")
    except ValueError:
        # Not what was typed: the password may be a part of it.
        raise ImproperlyConfigured("DATABASE_URL has a port that is no number from 1 to 65535.") from None


def sqlite(path: Path) -> dict[str, Any]:
    """SQLite as the embedded default: WAL and IMMEDIATE, without which concurrent writers die of "database is locked"."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(f"Cannot make the folder of the database {path}: {error.strerror}") from error
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
        },
    }
