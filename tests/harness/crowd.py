"""A crowd of threads that start together, each on a database connection of its own."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connections

PATIENCE_SECONDS = 120.0


def together(acts: Sequence[Callable[[], Any]], *, connected: bool = True) -> list[Any]:
    """Run all acts at once; returns for each what it returned, or the exception that it raised.

    Acts that never ask the database need not be `connected` to it.
    """
    gate = threading.Barrier(len(acts))
    results: list[Any] = [None] * len(acts)

    def one(i: int) -> None:
        try:
            if connected:
                connections["default"].ensure_connection()
            gate.wait(PATIENCE_SECONDS)
            results[i] = acts[i]()
        except Exception as error:
            results[i] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=(i,)) for i in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
    assert not any(thread.is_alive() for thread in threads), "an act did not end"
    return results
