"""Waking a controller: one row in the queue however many ask, and none that a crash can leave stuck."""

import datetime as dt
import logging
from functools import partial

from django.db import connection, transaction
from django.db.models import Q
from django_q.tasks import async_task

from kameng.lib import clock
from kameng.tasks.known import controllers
from kameng.tasks.models import Wakeup

STALE = dt.timedelta(seconds=5)
"""A flag older than this is not believed: its queue row may be locked by a process that was killed."""

TASK = "kameng.tasks.run.run"

log = logging.getLogger(__name__)


def wake(name: str) -> None:
    """Have the controller `name` look for rows as soon as the current transaction is committed (at once outside of one).

    Never raises: the caller's work is done and committed, and the worker finds due rows by itself within a second.
    """
    transaction.on_commit(partial(_enqueue, name))


def clear(name: str) -> None:
    """Take the flag down; from here on a wake puts the controller into the queue again."""
    Wakeup.objects.filter(name=name, pending=True).update(pending=False)


def _enqueue(name: str) -> None:
    try:
        lane, now = controllers[name].lane, clock.now()
        # What is committed before this look is found by whoever takes the flag down after it.
        if _is_up(name, now):
            return
        with transaction.atomic():
            if _raise_flag(name, now):
                async_task(TASK, name, cluster=lane)
    except Exception:
        log.exception("could not wake %s", name)


def _is_up(name: str, now: dt.datetime) -> bool:
    # Every sale asks this three times; built by the ORM, the question would cost more than its answer.
    since = Wakeup._meta.get_field("since").get_db_prep_value(now - STALE, connection)
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM tasks_wakeup WHERE name = %s AND pending AND since >= %s", [name, since])
        return cursor.fetchone() is not None


def _raise_flag(name: str, now: dt.datetime) -> bool:
    """Whether this call raised the flag of `name`, and so has to put it into the queue."""
    down = Q(pending=False) | Q(since__lt=now - STALE)
    if Wakeup.objects.filter(down, name=name).update(pending=True, since=now):
        return True
    # No row changed: somebody else raised it, or nobody ever did.
    _, created = Wakeup.objects.get_or_create(name=name, defaults={"pending": True, "since": now})
    return created
