"""Controllers: functions that look for due rows and handle them. Rows are the queue; being woken is only a hint.

A room registers its own in `controllers.py`:

    @controller("verify", lane=FAST, due=lambda now: due_lines(now).exists())
    def verify_paid_lines(now: dt.datetime) -> int:
        return each(first(due_lines(now)), lambda pk: verify(line_id=pk, now=now))

It is right to run a controller twice, at once, late, or never until the next tick: each row is claimed by a guarded update.
"""

import datetime as dt
import logging
import time
from collections.abc import Callable, Collection, Iterable
from contextvars import ContextVar

from django.db import DatabaseError, InterfaceError

from kameng.lib import clock
from kameng.lib.transitions import Overtaken
from kameng.tasks import failing, wake
from kameng.tasks.known import Controller, Due, Run, controllers
from kameng.tasks.lanes import LANES

BUDGET_SECONDS = 5.0
"""How long one call of `run` goes on before it makes room for other controllers."""

log = logging.getLogger(__name__)


class NotSettled(Exception):
    """`run_all` came to its end while rows were still due, or failed; the cause is the last error of a controller, if any."""


_deadline: ContextVar[float] = ContextVar("deadline", default=float("inf"))


def controller(name: str, *, lane: str, due: Due) -> Callable[[Run], Run]:
    """Register the decorated function as the controller `name`.

    The function gets `now` and returns how many rows it handled: zero means that another call would find nothing to do.
    `due(now)` is a cheap query that says whether any row waits; the worker asks it every second.
    Raises ValueError for a lane that does not exist or a name already taken.
    """
    if lane not in LANES:
        raise ValueError(f"controller {name}: no lane {lane}")

    def register(run: Run) -> Run:
        if name in controllers:
            raise ValueError(f"two controllers are named {name}")
        controllers[name] = Controller(name, lane, failing.in_turn(name, due), failing.in_turn(name, run))
        return run

    return register


def each(keys: Iterable[int], act: Callable[[int], object]) -> int:
    """Handle rows one by one, each in its own verb; returns how many were handled (`act` says False for a row left alone).

    A row that fails is logged and put aside for a growing pause, and the next one follows; where its due-query knows of the
    pause it counts as handled, for the time being. Ends early when the time of the running controller is over.
    """
    handled = 0
    for key in keys:
        if time.monotonic() >= _deadline.get():
            break
        handled += _one(key, act)
    return handled


def _one(key: int, act: Callable[[int], object]) -> bool:
    try:
        done = act(key) is not False
        if done:
            failing.forgive(key)
        return done
    except Overtaken:
        # Another worker had it first, as may always happen.
        return False
    except Exception as error:
        log.exception("row %s failed in %s", key, getattr(act, "__qualname__", act))
        return _put_aside(key, error)


def _put_aside(key: int, error: Exception) -> bool:
    try:
        return failing.put_aside(key, error)
    except (DatabaseError, InterfaceError):
        # What ailed the row may ail the database.
        log.exception("row %s could not be put aside", key)
        return False


def run(name: str) -> int:
    """Run one controller until nothing is left or its five seconds are over, then wake it again. Returns the rows handled.

    The flag is cleared before the scan: whoever commits a row after that wakes the controller anew.
    """
    known = controllers.get(name)
    if known is None:
        log.warning("no controller is named %s", name)
        return 0
    deadline = time.monotonic() + BUDGET_SECONDS
    wake.clear(name)
    token = _deadline.set(deadline)
    handled = 0
    try:
        while rows := known.run(clock.now()):
            handled += rows
            if time.monotonic() >= deadline:
                wake.wake(name)
                break
    except Exception:
        # The sweep of the next second calls it again.
        log.exception("controller %s failed", name)
    finally:
        _deadline.reset(token)
    return handled


def run_all(*, now: dt.datetime | None = None, only: Collection[str] | None = None, rounds: int = 100) -> int:
    """Run controllers in this process until nothing is due; for tests and `manage.py drain`. Returns the rows handled.

    `now` is given to all of them (the clock's by default). Raises NotSettled when rows stay due, because a controller fails or
    gives them back in the same state, or are in a pause after they failed.
    """
    chosen = [known for known in controllers.values() if only is None or known.name in only]
    total, errors, left = 0, list[Exception](), list[str]()
    for _ in range(rounds):
        moment = now or clock.now()
        due = [known for known in chosen if known.due(moment)]
        left = [known.name for known in due] or failing.paused([known.name for known in chosen], moment)
        handled = sum(_once(known, moment, errors) for known in due)
        total += handled
        if not handled:
            break
    if left:
        raise NotSettled(", ".join(left)) from (errors[-1] if errors else None)
    return total


def _once(known: Controller, now: dt.datetime, errors: list[Exception]) -> int:
    wake.clear(known.name)
    try:
        return known.run(now)
    except Exception as error:
        log.exception("controller %s failed", known.name)
        errors.append(error)
        return 0
