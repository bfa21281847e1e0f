"""Sending: a message is claimed before it goes out, so that two workers never send it twice."""

import datetime as dt
import logging

from django.core.exceptions import ValidationError
from django.core.mail import BadHeaderError
from django.db.models import Q
from django.template import TemplateDoesNotExist
from django.utils.translation import gettext as _

from kameng.lib import failpoints
from kameng.notices.alarms import raise_alarm
from kameng.notices.compose import compose
from kameng.notices.gather import gather
from kameng.notices.models import Notification
from kameng.tasks.failing import first

#: Whoever claimed a message and then died leaves it to others after this; far longer than a mail server may take.
LEASE = dt.timedelta(minutes=10)
FIRST_PAUSE = dt.timedelta(seconds=30)
LONGEST_PAUSE = dt.timedelta(hours=1)
#: After so many attempts a person must look.
PATIENCE = 8
#: Trying again would not help.
HOPELESS = (ValidationError, BadHeaderError, TemplateDoesNotExist)

log = logging.getLogger(__name__)


def send(*, notification_id: int, now: dt.datetime) -> bool:
    """Send the mail that tells a due message (see `gather`) and note it; False when it is not due or in other hands.

    A failure puts it off by a growing pause; the last one, or a hopeless one, raises an alarm. The mail goes out at most
    once, unless this process dies between the mail server's yes and our note of it: then once more, under the same id.
    """
    with failpoints.commit("claim_mail"):
        row = _due(notification_id, now)
        if row is None:
            return False
        mail = gather(row, lease=LEASE, now=now)
    if mail:
        _out(mail, now)
    return True


def _due(notification_id: int, now: dt.datetime) -> Notification | None:
    """The message, if it is due, held together with all unsent ones of its thread."""
    thread = Notification.objects.values_list("thread", flat=True).filter(pk=notification_id).first()
    same = Q(thread=thread) if thread else Q(pk=notification_id)
    rows = Notification.objects.filter(same, sent_at=None, next_try_at__isnull=False)
    held = {row.pk: row for row in rows.select_for_update(of=("self",)).order_by("pk")}
    row = held.get(notification_id)
    return row if row and row.next_try_at and row.next_try_at <= now else None


def _out(row: Notification, now: dt.datetime) -> None:
    try:
        compose(row).send()
    except Exception as error:
        _failed(row, error, now)
        return
    told = Notification.objects.filter(Q(pk=row.pk) | Q(told_in=row))
    told.update(sent_at=now, next_try_at=None, failure="")


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
