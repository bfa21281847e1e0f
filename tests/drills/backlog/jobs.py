"""Jobs of a lane. A job is a Wakeup row, its effect a Heartbeat row: tables that exist anyway."""

import datetime as dt
import secrets
import time

from django.db import transaction
from django.db.models import QuerySet

from kameng.lib import clock
from kameng.tasks.models import Heartbeat, Wakeup
from kameng.tasks.registry import each

EFFECT = "effect"
WORK_SECONDS = 0.02


def fill(lane: str, count: int) -> None:
    """Commit that many jobs, for the worker's sweep to find."""
    now = clock.now()
    with transaction.atomic():
        Wakeup.objects.filter(name__startswith=_prefix(lane)).delete()
        Heartbeat.objects.filter(lane=EFFECT).delete()
        Wakeup.objects.bulk_create(Wakeup(name=f"{_prefix(lane)}{n:04}", pending=True, since=now) for n in range(count))


def waiting(lane: str) -> "QuerySet[Wakeup]":
    return Wakeup.objects.filter(name__startswith=_prefix(lane), pending=True)


def effects() -> list[str]:
    """The name of each job that took effect, as often as it did."""
    told = Heartbeat.objects.filter(lane=EFFECT).values_list("instance", flat=True)
    return sorted(instance.rsplit(":", 1)[0] for instance in told)


def handle(pk: int) -> bool:
    """Do one job: its claim and its effect are one transaction."""
    with transaction.atomic(durable=True):
        job = Wakeup.objects.get(pk=pk)
        if not Wakeup.objects.filter(pk=pk, pending=True).update(pending=False):
            return False
        # A verb takes its time, and a kill should find it at work.
        time.sleep(WORK_SECONDS)
        instance = f"{job.name}:{secrets.token_hex(8)}"
        Heartbeat.objects.create(instance=instance, lane=EFFECT, pid=1, started_at=job.since, beat_at=job.since)
    return True


def run(lane: str, now: dt.datetime) -> int:
    return each(waiting(lane).order_by("name").values_list("pk", flat=True), handle)


def due(lane: str, now: dt.datetime) -> bool:
    return waiting(lane).exists()


def _prefix(lane: str) -> str:
    return f"job:{lane}:"
