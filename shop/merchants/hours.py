"""Opening hours: a promise that people keep runs while they are there."""

import datetime as dt

from django.utils import timezone

DAY = dt.timedelta(days=1)
#: Nobody promises for longer than this many working days; it also ends the search.
MOST_DAYS = 400


def after_open_seconds(start: dt.datetime, seconds: int, opens: dt.time | None, closes: dt.time | None) -> dt.datetime:
    """When so many seconds of opening hours have passed since `start`; hours are the installation's local time.

    Hours that end before they begin go over midnight (20:00 to 02:00). None is around the clock.
    """
    left = dt.timedelta(seconds=seconds)
    if opens is None or closes is None:
        return start + left
    # A span that began yesterday may still be open.
    day = timezone.localtime(start).date() - DAY
    for _n in range(MOST_DAYS):
        begin, end = _span(day, opens, closes)
        begin = max(begin, start)
        if end - begin >= left:
            return begin + left
        left -= max(end - begin, dt.timedelta(0))
        day += DAY
    raise ValueError(f"{seconds} seconds of opening hours are too many")


def _span(day: dt.date, opens: dt.time, closes: dt.time) -> tuple[dt.datetime, dt.datetime]:
    zone = timezone.get_default_timezone()
    last = day if opens < closes else day + DAY
    return dt.datetime.combine(day, opens, zone), dt.datetime.combine(last, closes, zone)


def next_opening(moment: dt.datetime, opens: dt.time | None, closes: dt.time | None) -> dt.datetime:
    """The moment itself where somebody is there then, else when they come."""
    if opens is None or closes is None:
        return moment
    today = timezone.localtime(moment).date()
    for day in (today - DAY, today, today + DAY):
        begin, end = _span(day, opens, closes)
        if moment < end:
            return max(begin, moment)
    raise AssertionError("somebody comes within a day")
