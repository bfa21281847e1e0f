"""At most so many tries in any such time, counted for all processes in the shared cache."""

import datetime as dt
import math
from dataclasses import dataclass

from django.core.cache import cache

from kameng.lib import ids


@dataclass(frozen=True, slots=True)
class Rate:
    """`most` tries in any `within`, by each of whom the name counts."""

    name: str
    most: int
    within: dt.timedelta


def take(rate: Rate, who: str, now: dt.datetime) -> int:
    """Use up one try of `who`: 0 when there was one left, else the seconds until there is one again.

    Each try holds a place for the whole time, and a place is taken by adding its row, which only one process can do: so many
    at once never get more than there are.
    """
    # Keyed, so that nobody who reads the cache learns whose places these are.
    whose = ids.contact_key(f"{rate.name}:{who}")
    places = [f"rate:{rate.name}:{whose}:{n}" for n in range(rate.most)]
    taken = cache.get_many(places)
    until = (now + rate.within).timestamp()
    for place in places:
        if place not in taken and cache.add(place, until, rate.within.total_seconds()):
            return 0
    ends = (cache.get_many(places) if len(taken) < rate.most else taken).values()
    return max(1, math.ceil(min(ends, default=until) - now.timestamp()))
