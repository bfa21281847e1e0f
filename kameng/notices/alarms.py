"""Raising something to the people of the platform."""

import datetime as dt

from django.db.models import F, Q

from kameng.notices.models import Alarm

APART = dt.timedelta(minutes=1)


def raise_alarm(*, key: str, kind: str, subject: str, text: str, now: dt.datetime) -> None:
    """Record an alarm once a key; a repetition counts up and opens it again. Safe inside or outside a transaction."""
    fresh = Alarm(key=key, kind=kind, subject=subject[:80], text=text[:300], raised_at=now, times=0)
    Alarm.objects.bulk_create([fresh], ignore_conflicts=True)
    Alarm.objects.filter(key=key).update(times=F("times") + 1, raised_at=now, closed_at=None, closed_by="")


def raise_alarm_calmly(alarm: Alarm) -> bool:
    """Record an alarm (not saved, with its `times`) as `raise_alarm` does, but at most once a minute; False when it was not.

    For what anybody may cause as often as they like: until the minute is over this only reads, and nobody waits for the row.
    """
    since = alarm.raised_at - APART
    if Alarm.objects.filter(key=alarm.key, times__gt=0, raised_at__gt=since).exists():
        return False
    times, alarm.times = alarm.times, 0
    Alarm.objects.bulk_create([alarm], ignore_conflicts=True)
    quiet = Alarm.objects.filter(Q(times=0) | Q(raised_at__lte=since), key=alarm.key)
    again = {"times": F("times") + times, "text": alarm.text, "raised_at": alarm.raised_at}
    return bool(quiet.update(**again, closed_at=None, closed_by=""))


def settle(*, key: str, by: str, now: dt.datetime) -> None:
    """Close the alarm of this key, if it is open: what it told of has ended."""
    Alarm.objects.filter(key=key, closed_at=None).update(closed_at=now, closed_by=by)


def close(*, alarm_id: int, by: str, now: dt.datetime) -> bool:
    """Close an open alarm; False when it was closed before."""
    return bool(Alarm.objects.filter(pk=alarm_id, closed_at=None).update(closed_at=now, closed_by=by))
