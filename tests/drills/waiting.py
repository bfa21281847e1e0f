"""Waiting for states, with an end to it."""

import time
from collections.abc import Callable

LIMIT_SECONDS = 120.0


def until(condition: Callable[[], object], what: str, within: float = LIMIT_SECONDS) -> float:
    """Wait for a state; returns the seconds it took. Fails after `within`."""
    started = time.monotonic()
    while not condition():
        assert time.monotonic() - started < within, f"not within {within:.0f} s: {what}"
        time.sleep(0.02)
    return time.monotonic() - started
