"""The table of controllers; rooms fill it through `registry.controller`."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

Run = Callable[[dt.datetime], int]
Due = Callable[[dt.datetime], bool]


@dataclass(frozen=True)
class Controller:
    """`run(now)` handles due rows and says how many; `due(now)` cheaply says whether any waits."""

    name: str
    lane: str
    due: Due
    run: Run


controllers: dict[str, Controller] = {}
