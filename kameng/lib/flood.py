"""A bound on what strangers can make us write down: so many a minute are kept, the others only counted."""

import datetime as dt
from dataclasses import dataclass
from threading import Lock

MINUTE = dt.timedelta(minutes=1)


@dataclass(slots=True)
class _Minute:
    began: dt.datetime
    kept: int = 0
    untold: int = 0


class Flood:
    """Counts by key, in the memory of this process: a count that every process shared would be a row that all wait for."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._minutes: dict[str, _Minute] = {}
        self._lock = Lock()

    def keeps(self, key: str, now: dt.datetime) -> bool:
        """Count one more; whether it is among the first of its minute."""
        with self._lock:
            minute = self._minutes.setdefault(key, _Minute(now))
            if not minute.began <= now < minute.began + MINUTE:
                minute.began, minute.kept = now, 0
            minute.untold += 1
            minute.kept += 1
            return minute.kept <= self.most

    def untold(self, key: str) -> int:
        """How many were counted since somebody was last told of them."""
        return self._minutes[key].untold

    def told(self, key: str, count: int) -> None:
        """Somebody was told of so many."""
        with self._lock:
            self._minutes[key].untold -= count
