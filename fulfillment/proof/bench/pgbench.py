"""The same sale as bare SQL: pgbench over the four files of tests/benchmarks/raw_sale."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from django.conf import settings

FILES = settings.BASE_DIR / "tests" / "benchmarks" / "raw_sale"


class NoPgbench(Exception):
    """Neither KAMENG_PG_BIN nor PATH has psql and pgbench."""


def rate(*, clients: int, seconds: int, units: int) -> float:
    """Sales a second by pgbench on one hot SKU, after check.sql found no contradiction; raises NoPgbench, RuntimeError."""
    psql, pgbench = _program("psql"), _program("pgbench")
    sql = [psql, "-X", "-q", "-v", "ON_ERROR_STOP=1"]
    _run([*sql, "-f", str(FILES / "schema.sql")])
    _run([*sql, "-v", "skus=1", "-v", f"units={units}", "-f", str(FILES / "load.sql")])
    load = ["-c", str(clients), "-j", "2", "-T", str(seconds), "-f", str(FILES / "sale.sql")]
    said = _run([pgbench, "-n", "-M", "prepared", "-D", "skus=1", *load])
    sales, oversold, money_errors, _left = map(
        int, _run([*sql, "-At", "-F", " ", "-f", str(FILES / "check.sql")]).split()[-4:]
    )
    if oversold or money_errors or not sales:
        raise RuntimeError(f"raw sale: {sales} sales, {oversold} oversold, {money_errors} money errors")
    found = re.search(r"tps = ([\d.]+)", said)
    if not found:
        raise RuntimeError(f"pgbench said no rate: {said}")
    return float(found.group(1))


def _program(name: str) -> str:
    own = Path(os.environ.get("KAMENG_PG_BIN", "/nowhere")) / name
    path = str(own) if own.exists() else shutil.which(name)
    if not path:
        raise NoPgbench(name)
    return path


def _run(command: list[str]) -> str:
    db = settings.DATABASES["default"]
    env = os.environ | {
        "PGHOST": db["HOST"],
        "PGPORT": db["PORT"] or "5432",
        "PGUSER": db["USER"],
        "PGPASSWORD": db["PASSWORD"],
        "PGDATABASE": db["NAME"],
    }
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{Path(command[0]).name}: {done.stderr[-500:]}")
    return done.stdout
