"""Pauses that grow from one attempt to the next."""

import datetime as dt

# However often something failed: a timedelta ends where doubling does not.
MOST_DOUBLINGS = 30


def growing(first: dt.timedelta, longest: dt.timedelta, *, after: int) -> dt.timedelta:
    """`first` doubled `after` times, at most `longest`."""
    return min(first * (1 << min(after, MOST_DOUBLINGS)), longest)
