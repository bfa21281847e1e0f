"""How long others may let us wait: one call as long as any may take, all calls of a page together no longer than its buyer."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings

_deadline: ContextVar[float] = ContextVar("patience", default=float("inf"))


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """All that the block waits for shares these seconds."""
    token = _deadline.set(min(_deadline.get(), time.monotonic() + seconds))
    try:
        yield
    finally:
        _deadline.reset(token)


def is_over() -> bool:
    """Whether no call should be begun any more."""
    return time.monotonic() >= _deadline.get()


def timeout() -> float:
    """Seconds that the next call to somebody else may take."""
    return max(0.0, min(settings.HTTP_TIMEOUT, _deadline.get() - time.monotonic()))
