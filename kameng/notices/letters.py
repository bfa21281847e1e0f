"""allauth's mails, with the codes in them: written like every other notification and sent by the worker.

A slow mail server holds no web process, and an address that has no account takes as long as one that has.
"""

import json
import secrets
from typing import Any

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.utils import translation
from django.views.decorators.debug import sensitive_variables

from kameng.accounts.adapter import AccountAdapter
from kameng.lib import clock, crypto
from kameng.notices.models import Notification
from kameng.notices.notify import Recipient, notify

#: The event of such a notification; its text is sealed, as codes are in it, and thrown away once it is sent.
LETTER = "letter"


class LetterAdapter(AccountAdapter):
    """allauth's adapter that hands its mails over."""

    @sensitive_variables()
    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write the mail down, to be sent by the worker; an address that is no single line has no mailbox."""
        if not email.isprintable():
            return
        mail: EmailMessage = self.render_mail(template_prefix, email, {"request": self.request, "email": email} | context)
        key = f"letter:{secrets.token_hex(12)}"
        plain = json.dumps({"subject": mail.subject, "body": mail.body}).encode()
        sealed = crypto.ring().seal(plain, _place(key))
        to = Recipient(email, translation.get_language() or "")
        notify(key=key, event=LETTER, to=to, context={"sealed": sealed}, now=clock.now())


@sensitive_variables()
def open_letter(row: Notification, headers: dict[str, str]) -> EmailMultiAlternatives:
    """The mail of such a notification; raises CannotOpen."""
    plain = json.loads(crypto.ring().open(row.context["sealed"], _place(row.key)))
    return EmailMultiAlternatives(plain["subject"], plain["body"], to=[row.address], headers=headers)


def _place(key: str) -> crypto.Place:
    return crypto.Place("notices.notification", "", key)
