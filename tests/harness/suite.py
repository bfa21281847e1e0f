"""The whole suite, phase by phase: `python -m tests.harness.suite test|drills [pytest's arguments]`.

Every phase runs even when one before it failed; the last lines say what each did, and the total.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.harness import browsers, postgres
from tests.harness.binaries import NoPostgreSQL

NOTHING_COLLECTED = 5
PLAIN = "not browser and not race"


@dataclass(frozen=True)
class Phase:
    """One run of pytest: which tests, on which engine, on how many cores."""

    name: str
    marks: str
    postgresql: bool
    parallel: bool = False


TEST = (
    Phase("SQLite", PLAIN, postgresql=False, parallel=True),
    Phase("SQLite, browser", "browser and smoke", postgresql=False),
    Phase("PostgreSQL, browser", "browser", postgresql=True, parallel=True),
    Phase("PostgreSQL, races", "race and not browser", postgresql=True),
    # Last: its closing line is the one that stands at the end.
    Phase("PostgreSQL", f"{PLAIN} and not once", postgresql=True, parallel=True),
)
DRILLS = (
    Phase("SQLite, drills", f"drill and {PLAIN} and not alone", postgresql=False, parallel=True),
    Phase("SQLite, alone", f"drill and alone and {PLAIN}", postgresql=False),
    Phase("PostgreSQL, drills", f"drill and {PLAIN} and not alone", postgresql=True, parallel=True),
    Phase("PostgreSQL, alone", f"drill and alone and {PLAIN}", postgresql=True),
    Phase("PostgreSQL, races", "race", postgresql=True),
    Phase("PostgreSQL, browser", "drill and browser and not race", postgresql=True),
)


@dataclass
class Outcome:
    """What a phase did."""

    phase: Phase
    code: int
    seconds: float
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def good(self) -> bool:
        return self.code in {0, NOTHING_COLLECTED}


def main(arguments: Sequence[str]) -> int:
    """Run the phases; returns 0 when all are good and some test ran."""
    phases = {"test": TEST, "drills": DRILLS}.get(arguments[0] if arguments else "")
    if phases is None:
        print(__doc__, file=sys.stderr)
        return 2
    if browsers.required() and browsers.executable() is None:
        print("REQUIRE_BROWSERS=1, but there is no Chromium: set KAMENG_CHROMIUM or install chromium.", file=sys.stderr)
        return 2
    environment = {"KAMENG_DRILLS": "1" if arguments[0] == "drills" else "0"}
    extra = list(arguments[1:])
    try:
        outcomes = [*_run_all((phase for phase in phases if not phase.postgresql), extra, environment)]
        outcomes += _on_postgresql([phase for phase in phases if phase.postgresql], extra, environment)
    except KeyboardInterrupt:
        return 130
    except NoPostgreSQL as error:
        print(error, file=sys.stderr)
        return 1
    return _summary(outcomes)


def _on_postgresql(phases: list[Phase], extra: list[str], environment: Mapping[str, str]) -> list[Outcome]:
    given = os.environ.get("DATABASE_URL", "")
    if given.startswith(("postgres://", "postgresql://")):
        return _run_all(phases, extra, environment)
    with postgres.running() as server:
        told = {"DATABASE_URL": server.url, "KAMENG_PG_BIN": server.programs}
        return _run_all(phases, extra, {**environment, **told})


def _run_all(phases: Iterable[Phase], extra: list[str], environment: Mapping[str, str]) -> list[Outcome]:
    return [_run(phase, extra, environment) for phase in phases]


def _run(phase: Phase, extra: list[str], environment: Mapping[str, str]) -> Outcome:
    print(f"\n=== {phase.name} ===", flush=True)
    command = [sys.executable, "-m", "pytest", "-m", phase.marks]
    command += ["-n", _processes(), "--dist", "worksteal"] if phase.parallel else []
    full = os.environ | dict(environment)
    if not phase.postgresql:
        full.pop("DATABASE_URL", None)
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "counts.json")
        began = time.monotonic()
        code = subprocess.run([*command, *extra], env=full | {"KAMENG_SUITE_REPORT": str(report)}).returncode
        counts = json.loads(report.read_text()) if report.exists() else {}
        return Outcome(phase, code, time.monotonic() - began, counts)


def _processes() -> str:
    return os.environ.get("KAMENG_TEST_PROCESSES", str(os.cpu_count() or 1))


def _summary(outcomes: Sequence[Outcome]) -> int:
    def total(*names: str) -> int:
        return sum(outcome.counts.get(name, 0) for outcome in outcomes for name in names)

    print("\n=== all phases ===")
    for outcome in outcomes:
        counts = ", ".join(f"{count} {name}" for name, count in outcome.counts.items() if count) or "nothing to run"
        print(f"{'ok    ' if outcome.good else 'FAILED'} {outcome.phase.name:22} {outcome.seconds:6.1f} s  {counts}")
    if total("no browser"):
        print(f"!!! {total('no browser')} browser tests did not run: there is no Chromium !!!")
    bad = [outcome for outcome in outcomes if not outcome.good]
    # A phase that died without a report failed all the same.
    failed = total("failed", "error") or len(bad)
    print(f"{total('passed')} passed, {failed} failed, {total('skipped', 'xfailed')} skipped", flush=True)
    return 1 if bad or not total("passed") else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
