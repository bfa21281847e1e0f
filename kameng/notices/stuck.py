"""Word of rows that fail in a controller again and again."""

import datetime as dt

from django.utils.translation import gettext as _

from kameng.notices.alarms import raise_alarm
from kameng.tasks.failing import FORGOTTEN_AFTER, first, worth_a_look
from kameng.tasks.models import FailingRow


def look_after(*, failing_id: int, now: dt.datetime) -> bool:
    """Raise the alarm of one failing row, or forget it where nobody tries it any more; False when it is gone."""
    failing = FailingRow.objects.filter(pk=failing_id).first()
    if failing is None:
        return False
    if failing.next_try_at < now - FORGOTTEN_AFTER:
        failing.delete()
        return True
    said = {"controller": failing.controller, "row": failing.row, "n": failing.attempts, "problem": failing.problem}
    raise_alarm(
        key=f"failing:{failing.controller}:{failing.row}",
        kind="row-fails",
        subject=f"{failing.controller}:{failing.row}",
        text=_("%(controller)s has failed %(n)d times for row %(row)d: %(problem)s. It is tried again by itself.") % said,
        now=now,
    )
    FailingRow.objects.filter(pk=failing.pk).update(told=failing.attempts)
    return True


def neglected(now: dt.datetime) -> list[int]:
    """Keys of failing rows to look after, at most 200."""
    return first(worth_a_look(now))
