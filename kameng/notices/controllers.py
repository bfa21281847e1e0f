import datetime as dt

from kameng.notices.send import send, unsent
from kameng.tasks.lanes import SLOW
from kameng.tasks.registry import controller, each


@controller("mail", lane=SLOW, due=lambda now: bool(unsent(now)))
def send_mail(now: dt.datetime) -> int:
    """Send due messages."""
    return each(unsent(now), lambda pk: send(notification_id=pk, now=now))
