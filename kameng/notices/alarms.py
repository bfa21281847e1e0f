"""Raising something to the people of the platform."""

import datetime as dt

from django.db.models import F

from kameng.notices.models import Alarm


def raise_alarm(*, key: str, kind: str, subject: str, text: str, now: dt.datetime) -> None:
    """Record an alarm once a key; a repetition counts up and opens it again. Safe inside or outside a transaction."""
    fresh = Alarm(key=key, kind=kind, subject=subject[:80], text=text[:300], raised_at=now, times=0)
    Alarm.objects.bulk_create([fresh], ignore_conflicts=True)
    Alarm.objects.filter(key=key).update(times=F("times") + 1, raised_at=now, closed_at=None, closed_by="")


def close(*, alarm_id: int, by: str, now: dt.datetime) -> bool:
    """Close an open alarm; False when it was closed before."""
    return bool(Alarm.objects.filter(pk=alarm_id, closed_at=None).update(closed_at=now, closed_by=by))
