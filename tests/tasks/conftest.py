import datetime as dt
from collections.abc import Callable, Iterator

import pytest

from kameng.tasks.known import Due, Run, controllers
from kameng.tasks.lanes import FAST
from kameng.tasks.registry import controller

Register = Callable[..., None]


@pytest.fixture
def register(monkeypatch: pytest.MonkeyPatch) -> Iterator[Register]:
    """Registers controllers for one test, and hides those of the shop."""
    for name in list(controllers):
        monkeypatch.delitem(controllers, name)
    mine: list[str] = []

    def add(name: str, run: Run, due: Due = lambda now: True, lane: str = FAST) -> None:
        controller(name, lane=lane, due=due)(run)
        mine.append(name)

    yield add
    for name in mine:
        controllers.pop(name, None)


@pytest.fixture
def noon() -> dt.datetime:
    return dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
