"""Sending: a message is claimed before it goes out, so that two workers never send it twice."""

import datetime as dt
import logging
from typing import Any

from django.core.exceptions import ValidationError
from django.core.mail import BadHeaderError
from django.db.models import Q
from django.template import TemplateDoesNotExist
from django.utils.translation import gettext as _

from kameng.lib import failpoints
from kameng.lib.crypto import CannotOpen
from kameng.lib.locks import serialize
from kameng.notices.alarms import raise_alarm
from kameng.notices.compose import compose
from kameng.notices.gather import gather
from kameng.notices.letters import LETTER
from kameng.notices.models import Notification
from kameng.tasks.failing import first

#: Whoever claimed a message and then died leaves it to others after this; far longer than a mail server may take.
LEASE = dt.timedelta(minutes=10)
FIRST_PAUSE = dt.timedelta(seconds=30)
LONGEST_PAUSE = dt.timedelta(hours=1)
#: After so many attempts a person must look.
PATIENCE = 8
#: Trying again would not help.
HOPELESS = (ValidationError, BadHeaderError, TemplateDoesNotExist, CannotOpen)

log = logging.getLogger(__name__)


def send(*, notification_id: int, now: dt.datetime) -> bool:
    """Send the mail that tells a due message (see `gather`) and note it; False when it is not due or in other hands.

    A failure puts it off by a growing pause; the last one, or a hopeless one, raises an alarm. The mail goes out at most
    once, unless this process dies between the mail server's yes and our note of it: then once more, under the same id.
    """
    with failpoints.commit("claim_mail"):
        held = _held(notification_id)
        row = held.get(notification_id)
        if row is None or row.next_try_at is None or row.next_try_at > now:
            return False
        mail = gather(row, list(held.values()), lease=LEASE, now=now)
    if mail:
        _out(mail, now)
    return True


def _held(notification_id: int) -> dict[int, Notification]:
    """The message and all of its thread that wait for their mail, locked by key; empty where it does not wait.

    The thread's name is held first: a line that is delivered meanwhile may have a lower key than one that was there before.
    """
    thread = Notification.objects.values_list("thread", flat=True).filter(pk=notification_id).first()
    if thread:
        serialize([f"mail:{thread}"])
    same = Q(thread=thread) if thread else Q(pk=notification_id)
    rows = Notification.objects.filter(same, sent_at=None, next_try_at__isnull=False)
    return {row.pk: row for row in rows.select_for_update(of=("self",)).order_by("pk")}


def _out(row: Notification, now: dt.datetime) -> None:
    try:
        compose(row).send()
    except Exception as error:
        _failed(row, error, now)
        return
    # What was sealed in it is of no use any more.
    wiped: dict[str, Any] = {"context": {}} if row.event == LETTER else {}
    # One by one: who reads them meanwhile may hold some, and this note must not fail.
    for pk in (row.pk, *row.tells.values_list("pk", flat=True)):
        Notification.objects.filter(pk=pk).update(sent_at=now, next_try_at=None, failure="", **wiped)


def _failed(row: Notification, error: Exception, now: dt.datetime) -> None:
    attempts = row.attempts
    reason = f"{type(error).__name__}: {error}"[:200]
    log.warning("message %s: attempt %d failed: %s", row.key, attempts, reason)
    over = attempts >= PATIENCE or isinstance(error, HOPELESS)
    again = None if over else now + min(FIRST_PAUSE * 2 ** (attempts - 1), LONGEST_PAUSE)
    Notification.objects.filter(pk=row.pk).update(next_try_at=again, failure=reason)
    if over:
        raise_alarm(
            key=f"notification:{row.pk}",
            kind="mail-unsent",
            subject=row.key,
            text=_("A message could not be sent after %(n)d attempts: %(reason)s") % {"n": attempts, "reason": reason},
            now=now,
        )


def unsent(now: dt.datetime) -> list[int]:
    """Keys of messages to send, oldest first, at most 100."""
    rows = Notification.objects.filter(sent_at=None, next_try_at__lte=now)
    return first(rows.order_by("next_try_at"), at_most=100)
