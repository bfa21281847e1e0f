"""Two who want the same thing at the same moment, and what must be true when both are done."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from django.core.management import call_command

from kameng.lib import clock
from kameng.lib.transitions import Refused
from kameng.tasks import registry
from tests.harness.crowd import together

AT_ONCE = 20

Act = Callable[[], Any]


def in_rounds(groups: Sequence[Sequence[Act]], *, at_once: int = AT_ONCE) -> list[list[Any]]:
    """Each group of rivals starts at once, some twenty acts at a time; no act may fail. What each of them answered."""
    step = max(1, at_once // len(groups[0]))
    answers: list[list[Any]] = []
    for start in range(0, len(groups), step):
        rows = groups[start : start + step]
        found = iter(together([act for row in rows for act in row]))
        answers += [[next(found) for _act in row] for row in rows]
    failed = [answer for row in answers for answer in row if isinstance(answer, Exception)]
    assert failed == []
    return answers


def if_let(act: Act) -> Callable[[], bool]:
    """Whether it was done; a refusal is an answer too."""

    def tried() -> bool:
        try:
            return act() is not False
        except Refused:
            return False

    return tried


def to_the_end() -> None:
    """Let all clocks run out, step by step, as the worker would."""
    start = clock.now()
    for hours in (0.3, 1, 26, 30, 100, 130, 131):
        registry.run_all(now=start + dt.timedelta(hours=hours))


def assert_books_hold() -> None:
    call_command("check_invariants")
