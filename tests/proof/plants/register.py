"""The list of corruptions; each module of this folder adds its own."""

import datetime as dt
from collections.abc import Callable

from tests.proof.busy import NOW, Shop

Plant = Callable[[Shop], object]
PLANTS: list[tuple[str, Plant]] = []
LONG_AGO = NOW - dt.timedelta(minutes=11)


def plant(code: str) -> Callable[[Plant], Plant]:
    """Register a corruption that the invariant `code` must find, and no other."""

    def add(act: Plant) -> Plant:
        PLANTS.append((code, act))
        return act

    return add
