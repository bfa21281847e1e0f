"""Times and lengths of time as people read them; local time is that of the installation."""

import datetime as dt
import math

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

MINUTE, HOUR, DAY = 60, 3600, 86_400


def duration(seconds: float | dt.timedelta | None) -> str:
    """A length of time in words: 8 s, 1 min 40 s, 5 min, 2 h 30 min, 3 days; empty for None."""
    if seconds is None:
        return ""
    exact = seconds.total_seconds() if isinstance(seconds, dt.timedelta) else float(seconds)
    if exact < 1:
        return _("under 1 s")
    whole = round(exact)
    if whole < MINUTE:
        return _("%(n)d s") % {"n": whole}
    if whole < HOUR:
        return _two(whole, _("%(n)d min"), _("%(n)d s"), show_rest=whole < 10 * MINUTE)
    if whole < DAY:
        return _two(whole // MINUTE, _("%(n)d h"), _("%(n)d min"), show_rest=True)
    days = round(whole / DAY)
    return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}


def _two(value: int, large: str, small: str, *, show_rest: bool) -> str:
    count, rest = divmod(value, MINUTE)
    text = large % {"n": count}
    return f"{text} {small % {'n': rest}}" if rest and show_rest else text


def countdown(seconds: float) -> str:
    """What a clock shows: 09:41, or 23:19:00 from an hour on; never below zero."""
    left = max(0, math.ceil(seconds))
    hours, minutes, rest = left // HOUR, left % HOUR // MINUTE, left % MINUTE
    return f"{hours:02d}:{minutes:02d}:{rest:02d}" if hours else f"{minutes:02d}:{rest:02d}"


def clock_time(moment: dt.datetime | None, style: str = "") -> str:
    """Local time: 14:02:11; `short` 14:02; `zone` 14:02:11 UTC+8."""
    if moment is None:
        return ""
    local = timezone.localtime(moment)
    if style == "short":
        return f"{local:%H:%M}"
    return f"{local:%H:%M:%S} {_zone(local)}" if style == "zone" else f"{local:%H:%M:%S}"


def day_time(moment: dt.datetime | None, now: dt.datetime | None = None, *, seconds: bool = False) -> str:
    """14:32 (14:32:05 with seconds) when that is the local day of `now`, else with the day: Nov 23 14:32."""
    if moment is None:
        return ""
    local = timezone.localtime(moment)
    time = f"{local:%H:%M:%S}" if seconds else f"{local:%H:%M}"
    if now is not None and timezone.localtime(now).date() == local.date():
        return time
    # Not within the f-string: there nobody who collects texts finds it.
    day = pgettext("month and day, as a date format", "M j")
    return f"{formats.date_format(local, day)} {time}"


def full_time(moment: dt.datetime | None) -> str:
    """2026-11-22 13:40:02 UTC+8, for receipts and mails."""
    if moment is None:
        return ""
    local = timezone.localtime(moment)
    return f"{local:%Y-%m-%d %H:%M:%S} {_zone(local)}"


def zone(moment: dt.datetime) -> str:
    """UTC+8: how far the installation's time was from UTC at a moment."""
    return _zone(timezone.localtime(moment))


def _zone(local: dt.datetime) -> str:
    minutes = int((local.utcoffset() or dt.timedelta()).total_seconds()) // MINUTE
    hours, rest = divmod(abs(minutes), MINUTE)
    sign = "-" if minutes < 0 else "+"
    return f"UTC{sign}{hours}:{rest:02d}" if rest else f"UTC{sign}{hours}"
