"""A notification as a mail: in its reader's language, with a link and never a secret."""

import datetime as dt
import hashlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.validators import validate_email
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from kameng.lib import ids, times
from kameng.lib.names import listed
from kameng.notices.events import EVENTS, PAID, Channel, may_be_off
from kameng.notices.letters import LETTER, open_letter
from kameng.notices.models import Notification
from kameng.notices.preferences import stop_token
from kameng.notices.threads import of_thread, opening, to_come


def compose(row: Notification) -> EmailMultiAlternatives:
    """The mail of this notification, and of those that it tells too, to its one address.

    Raises ValidationError for an address that is none, TemplateDoesNotExist for an event that nobody wrote a mail for, and
    CannotOpen for a letter whose key is gone.
    """
    validate_email(row.address)
    if row.event == LETTER:
        return open_letter(row, headers=_headers(row))
    with translation.override(row.locale):
        context = _context(row) | _footer(row)
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
    headers = {"Message-ID": f"<{name}@{host}>", "Auto-Submitted": "auto-generated"}
    stop = _stop(row)
    if stop:
        # RFC 8058: the mail program asks its reader, and posts to the address by itself.
        headers |= {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return headers


def _stop(row: Notification) -> str:
    """Where a member stops mails like this one; empty where nobody can."""
    if row.user_id is None or not may_be_off(row.event, Channel.MAIL):
        return ""
    return settings.SITE_URL + reverse("stop_mail", args=[stop_token(user_id=row.user_id, event=row.event)])


def _footer(row: Notification) -> dict[str, Any]:
    """Why the mail came, and how its reader changes that."""
    return {
        "event": EVENTS.get(row.event),
        "stop_url": _stop(row),
        "settings_url": settings.SITE_URL + reverse("message_settings") if row.user_id else "",
    }


def _context(row: Notification) -> dict[str, Any]:
    """What templates see: the plain data, times as times, what else is told in this mail, and where the order is."""
    told = [row, *row.tells.order_by("pk")]
    paid = opening(told)
    own = _timed(row.context)
    goods = [_timed(each.context) for each in told if each.event == row.event]
    to_wait_for = [_timed(line) for line in to_come(paid, of_thread(row))] if paid else []
    number = own.get("number", "")
    return {
        **own,
        **_of_all(goods),
        "goods": to_wait_for if row.event == PAID else goods,
        "to_come": [] if row.event == PAID else to_wait_for,
        "others": len(goods) - 1,
        "site": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "support": settings.SUPPORT_EMAIL,
        "shown_number": ids.shown(number),
        "zone": times.zone(row.created_at),
        "url": _url(number, own.get("token", "")),
    }


def _of_all(goods: list[dict[str, Any]]) -> dict[str, Any]:
    """What is true of all that one mail tells: the last to come, what they cost together, when they confirm themselves."""
    ends = sorted(each["complaint_by"] for each in goods if each.get("complaint_by"))
    last = max((each["delivered_at"] for each in goods if each.get("delivered_at")), default=None)
    paid = goods[0].get("paid_at")
    return {
        "amount": sum(each.get("amount", 0) for each in goods),
        "merchant": listed(each.get("merchant", "") for each in goods),
        "delivered_at": last,
        "complaint_by": ends[0] if ends else None,
        "one_by_one": bool(ends) and ends[0] != ends[-1],
        "took": last - paid if paid and last else None,
    }


def _timed(plain: Mapping[str, Any]) -> dict[str, Any]:
    """The plain data with its times as times."""
    return {
        name: dt.datetime.fromisoformat(value) if name.endswith(("_at", "_by")) and value else value
        for name, value in plain.items()
    }


def _url(number: str, token: str) -> str:
    """A guest's link opens the order by itself; a member's asks to sign in."""
    path = reverse("order_link", args=[token]) if token else reverse("order", args=[number])
    return f"{settings.SITE_URL}{path}"
