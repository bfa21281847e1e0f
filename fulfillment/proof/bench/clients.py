"""So many processes doing one thing as fast as they can, for so long."""

import multiprocessing as mp
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.synchronize import Barrier
from typing import Any

from django.db import connections

from fulfillment.proof.bench.world import World

Work = Callable[[World], Callable[[], None]]


@dataclass(frozen=True)
class Rate:
    """What the clients got done together."""

    done: int
    seconds: float

    @property
    def per_second(self) -> float:
        return self.done / self.seconds


def run(work: Work, world: World, *, clients: int, seconds: float) -> Rate:
    """Forks `clients` processes, lets them start together, and counts; raises RuntimeError when one of them failed."""
    connections.close_all()
    context = mp.get_context("fork")
    gate, results = context.Barrier(clients + 1), context.Queue()
    crew = [context.Process(target=_client, args=(work, world, seconds, gate, results)) for _ in range(clients)]
    for process in crew:
        process.start()
    gate.wait()
    counts = [results.get(timeout=seconds * 4 + 60) for _ in crew]
    for process in crew:
        process.join()
    if any(done < 0 for done, _took in counts):
        raise RuntimeError("a client of the benchmark failed; its error stands above")
    return Rate(sum(done for done, _took in counts), max(took for _done, took in counts))


def _client(work: Work, world: World, seconds: float, gate: Barrier, results: Any) -> None:
    done, begun = -1, 0.0
    try:
        once = work(world)
        once()
        gate.wait()
        begun, done = time.monotonic(), 0
        while time.monotonic() - begun < seconds:
            once()
            done += 1
    except BaseException:
        done = -1
        gate.abort()
        raise
    finally:
        results.put((done, time.monotonic() - begun))
