"""Counting tries against the limits of `lib/limits.py`."""

import datetime as dt
import math

from django.core.cache import cache, caches

from kameng.lib import ids
from kameng.lib.limits import Rate


def take(rate: Rate, who: str, now: dt.datetime) -> int:
    """Use up one try of `who`: 0 when there was one left, else the seconds until there is one again."""
    return _take_place(rate, who, now) if rate.shared else _count(rate, who, now)


def _take_place(rate: Rate, who: str, now: dt.datetime) -> int:
    """Each try holds a place for the whole time, and a place is taken by adding its row, which only one process can do.

    So many at once never get more than there are.
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


def _count(rate: Rate, who: str, now: dt.datetime) -> int:
    """A number in this process's memory, which forgets those it heard of longest ago before it grows too large."""
    memory, seconds = caches["process"], rate.within.total_seconds()
    turn, since = divmod(now.timestamp(), seconds)
    name = f"rate:{rate.name}:{who}:{turn:.0f}"
    memory.add(name, 0, seconds)
    try:
        tries = memory.incr(name)
    except ValueError:
        # Forgotten since the line before.
        return 0
    return 0 if tries <= rate.most else max(1, math.ceil(seconds - since))
