"""What the shop mails about accounts, once the worker has sent it."""

import re

from django.core import mail
from django.core.mail import EmailMessage

from kameng.lib import clock
from kameng.notices.send import send, unsent


def post() -> list[EmailMessage]:
    """Send what waits to be sent; all mail so far, the newest last."""
    now = clock.now()
    for pk in unsent(now):
        send(notification_id=pk, now=now)
    return list(mail.outbox)


def newest_code() -> str:
    """The code of six digits in the newest mail."""
    found = re.search(r"^\d{6}$", str(post()[-1].body), re.MULTILINE)
    assert found
    return found[0]
