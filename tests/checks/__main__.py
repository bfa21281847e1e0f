"""`make check`: every check runs, the failing ones print what they found, and the last lines say which failed.

`python -m tests.checks [NAME …]` runs some of them.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

from tests.checks import production

ROOT = Path(__file__).resolve().parents[2]
PYTHON = sys.executable
BIN = Path(PYTHON).parent
HOUSE = ("kameng", "shop", "fulfillment", "tests", "manage.py")
MANAGE = (PYTHON, "manage.py")
MOST_LINES = 200

CHECKS: dict[str, tuple[str, ...]] = {
    "lint": (str(BIN / "ruff"), "check", "--quiet", *HOUSE),
    "format": (str(BIN / "ruff"), "format", "--check", "--quiet", *HOUSE),
    "rooms": (PYTHON, "-m", "tests.checks.rooms"),
    "imports": (str(BIN / "lint-imports"), "--no-cache"),
    "types": (str(BIN / "mypy"), "--no-error-summary"),
    "templates": (str(BIN / "djlint"), "templates", "--lint", "--quiet"),  # its formatter adds space where space shows
    "migrations": (*MANAGE, "makemigrations", "--check", "--dry-run"),
    "deployment": (*MANAGE, "check", "--deploy", "--fail-level", "WARNING"),
    "messages": (PYTHON, "-m", "tests.checks.messages"),
    "css": (PYTHON, "-m", "tests.checks.css"),
    "hosts": (PYTHON, "-m", "tests.checks.hosts"),
}


def main(names: list[str]) -> int:
    """Run the named checks, or all; returns the exit code."""
    unknown = set(names) - set(CHECKS)
    if unknown:
        print(f"no such check: {', '.join(sorted(unknown))}; there are {', '.join(CHECKS)}", file=sys.stderr)
        return 2
    failed = []
    with production.environment() as environment:
        for name in names or CHECKS:
            if not _run(name, environment):
                failed.append(name)
    print(f"failed: {', '.join(failed)}" if failed else "all checks passed", flush=True)
    return 1 if failed else 0


def _run(name: str, environment: dict[str, str]) -> bool:
    began = time.monotonic()
    # mypy reads the settings of tests, which make an environment of their own.
    told = dict(os.environ) if name == "types" else environment
    done = subprocess.run(CHECKS[name], cwd=ROOT, env=told, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    good = done.returncode == 0
    print(f"{'ok    ' if good else 'FAILED'} {name:16} {time.monotonic() - began:5.1f} s", flush=True)
    if not good:
        lines = f"{done.stdout}{done.stderr}".rstrip().splitlines()
        print("\n".join(lines[:MOST_LINES]))
        print(f"… and {len(lines) - MOST_LINES} more lines\n" if len(lines) > MOST_LINES else "", flush=True)
    elif "note:" in done.stderr:
        print(done.stderr.rstrip(), flush=True)
    return good


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
