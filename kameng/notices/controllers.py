import datetime as dt

from kameng.notices.send import send, unsent
from kameng.notices.stuck import look_after, neglected
from kameng.tasks.lanes import FAST, SLOW
from kameng.tasks.registry import controller, each


@controller("mail", lane=SLOW, due=lambda now: bool(unsent(now)))
def send_mail(now: dt.datetime) -> int:
    """Send due messages."""
    return each(unsent(now), lambda pk: send(notification_id=pk, now=now))


@controller("stuck", lane=FAST, due=lambda now: bool(neglected(now)))
def tell_of_failing_rows(now: dt.datetime) -> int:
    """Call a person to rows that fail again and again."""
    return each(neglected(now), lambda pk: look_after(failing_id=pk, now=now))
