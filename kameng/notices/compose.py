"""A notification as a mail: in its reader's language, with a link and never a secret."""

import datetime as dt
import hashlib
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.validators import validate_email
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from kameng.lib import ids
from kameng.notices.letters import LETTER, open_letter
from kameng.notices.models import Notification


def compose(row: Notification) -> EmailMultiAlternatives:
    """The mail of this notification to its one address.

    Raises ValidationError for an address that is none, TemplateDoesNotExist for an event that nobody wrote a mail for, and
    CannotOpen for a letter whose key is gone.
    """
    validate_email(row.address)
    if row.event == LETTER:
        return open_letter(row, headers=_headers(row))
    with translation.override(row.locale):
        context = _context(row.context)
        subject = render_to_string(f"notices/{row.event}.subject.txt", context)
        text = render_to_string(f"notices/{row.event}.txt", context)
        html = render_to_string(f"notices/{row.event}.html", context)
    # A subject is one line, whatever a merchant put into a title.
    message = EmailMultiAlternatives(" ".join(subject.split()), text, to=[row.address], headers=_headers(row))
    message.attach_alternative(html, "text/html")
    return message


def _headers(row: Notification) -> dict[str, str]:
    # The same notification has the same id: should it ever go out twice, mail programs show it once.
    name = hashlib.blake2b(row.key.encode(), digest_size=16).hexdigest()
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    return {"Message-ID": f"<{name}@{host}>", "Auto-Submitted": "auto-generated"}


def _context(plain: dict[str, Any]) -> dict[str, Any]:
    """What templates see: the plain data, times as times, and where the order is."""
    times = {
        name: dt.datetime.fromisoformat(value) for name, value in plain.items() if name.endswith(("_at", "_by")) and value
    }
    number = plain.get("number", "")
    paid, delivered = times.get("paid_at"), times.get("delivered_at")
    return {
        **plain,
        **times,
        "site": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "support": settings.SUPPORT_EMAIL,
        "shown_number": ids.shown(number),
        "took": delivered - paid if paid and delivered else None,
        "url": _url(number, plain.get("token", "")),
    }


def _url(number: str, token: str) -> str:
    """A guest's link opens the order by itself; a member's asks to sign in."""
    path = reverse("order_link", args=[token]) if token else reverse("order", args=[number])
    return f"{settings.SITE_URL}{path}"
