"""A process whose children live through stories and may die in them: `python -m tests.drills.mortals`.

It has Django loaded and no connection open, so that a child costs a fork and not a start. It reads one life a line and answers
each with how it ended and how far it came. It ends when its standard input does, however its starter ended.
"""

import datetime as dt
import json
import os
import subprocess
import sys
import traceback
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from tests.drills.acts import Step

KILLED = 137
#: Minutes after which clocks run out: a look at the gateway, the reservation, the complaint window, a guest's leftover.
EVENTUALLY = (0.5, 16.0, 26 * 60.0, 100 * 60.0)


@dataclass(frozen=True)
class Life:
    """What a process lives through: the steps of a story unless `silent`, to the `end` of all clocks where it is told.

    No step happens before minute `since`.
    """

    story: str
    failpoints: str
    since: float = 0.0
    silent: bool = False
    to_the_end: bool = False

    def steps(self) -> list[tuple[float, "Step"]]:
        """What happens, and at which minute."""
        from tests.drills import acts, stories

        told = [] if self.silent else [(max(at, self.since), step) for at, step in stories.STORIES[self.story].steps]
        after = told[-1][0] if told else self.since
        return told + [(after + at, acts.worker_works) for at in (EVENTUALLY if self.to_the_end else ())]


@dataclass(frozen=True)
class Death:
    """How a process ended, and the minute of the last step that it began."""

    code: int
    minute: float


class Mortals:
    """The process that forks the others, seen from the test."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self._log = log
        with log.open("wb") as stream:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.drills.mortals"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stream,
                text=True,
                env=os.environ | environment,
            )

    def live(self, life: Life) -> Death:
        """Wait for the end of one life."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps(asdict(life)), file=self._process.stdin, flush=True)
        answer = self._process.stdout.readline()
        assert answer, self.log()
        return Death(**json.loads(answer))

    def log(self) -> str:
        """What all of them wrote so far."""
        return self._log.read_text(errors="replace")

    def close(self) -> None:
        self._process.communicate()


def main() -> None:
    django.setup()
    _warm_up()
    for line in sys.stdin:
        print(json.dumps(asdict(_fork(Life(**json.loads(line))))), flush=True)


def _warm_up() -> None:
    """Load what every child would load anew."""
    from django.urls import reverse

    from kameng.lib import money
    from tests.drills import stories

    assert stories.STORIES
    reverse("home")
    money.shown(1, "CNY")


def _fork(life: Life) -> Death:
    begun, tell = os.pipe()
    child = os.fork()
    if child == 0:
        _live(life, tell)
    os.close(tell)
    with os.fdopen(begun) as lines:
        minutes = lines.read().split()
    _pid, status = os.waitpid(child, 0)
    return Death(os.waitstatus_to_exitcode(status), float(minutes[-1]) if minutes else 0.0)


def _live(life: Life, tell: int) -> None:
    from django.conf import settings
    from django.db import connections

    from kameng.lib import clock
    from tests.factories import NOON

    settings.FAILPOINTS = life.failpoints
    code = 1
    try:
        for minute, step in life.steps():
            os.write(tell, f"{minute}\n".encode())
            now = NOON + dt.timedelta(minutes=minute)
            with clock.at(now):
                step(now)
        connections.close_all()
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


if __name__ == "__main__":
    main()
