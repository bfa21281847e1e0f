"""Proof that a lane finishes work: a row touched after each task, by the process that acknowledged it.

django-q2 sends `post_execute` in its monitor, after the result has come back through both pipes and the queue row is gone.
So a beat means that every part of the lane works; a dead worker that blocks a pipe, or a blocked monitor, stops it.
"""

import datetime as dt
import logging
import os
import time
from typing import Any

from django.db.models import Max
from django_q.signals import post_execute

from kameng.lib import clock
from kameng.tasks.lanes import INSTANCE, LANES
from kameng.tasks.models import Heartbeat

APART_SECONDS = 1.0

log = logging.getLogger(__name__)
_last = float("-inf")


def connect() -> None:
    """Beat after each finished task, in processes that belong to a lane."""
    if os.environ.get(INSTANCE):
        post_execute.connect(_on_finished, dispatch_uid="kameng.tasks.heartbeat")


def beat(instance: str, *, pid: int, now: dt.datetime) -> None:
    """Write that the lane `instance` (host:lane:boot, led by process `pid`) finished something at `now`."""
    if not Heartbeat.objects.filter(instance=instance).update(beat_at=now):
        lane = instance.split(":")[1]
        Heartbeat.objects.get_or_create(
            instance=instance, defaults={"lane": lane, "pid": pid, "started_at": now, "beat_at": now}
        )


def health(now: dt.datetime) -> dict[str, float | None]:
    """Seconds since each lane last finished something on any host; None for one that never did."""
    rows = Heartbeat.objects.values_list("lane").annotate(last=Max("beat_at"))
    last = {lane: (now - beat_at).total_seconds() for lane, beat_at in rows}
    return {lane: last.get(lane) for lane in LANES}


def _on_finished(**_: Any) -> None:
    global _last
    if time.monotonic() - _last < APART_SECONDS:
        return
    try:
        # A lane leads its process group.
        beat(os.environ[INSTANCE], pid=os.getpgrp(), now=clock.now())
        _last = time.monotonic()
    except Exception:
        # Raising here would end the monitor after its work is done.
        log.warning("no heartbeat", exc_info=True)
