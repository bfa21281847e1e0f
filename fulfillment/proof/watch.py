"""The books, looked at by the shop itself: money that does not add up is told before anybody asks for a proof."""

import datetime as dt

from django.core.cache import cache
from django.utils.translation import ngettext

from fulfillment.proof.check import check
from fulfillment.proof.violations import Look, Violation
from kameng.notices.alarms import raise_alarm, settle
from shop.ledger.models import Journal

EVERY = dt.timedelta(hours=1)
#: Every journal sums to zero; balances are the sums of their entries, none below zero.
ASKED = ("I1", "I2")
#: In the cache: until when, and up to which journal they were looked at. Forgotten, they are looked at once more.
LOOKED = "books-looked-at"
KEY = "ledger:books"


def unlooked(now: dt.datetime) -> bool:
    """Whether something was booked since the last look, which is an hour old."""
    at, seen = cache.get(LOOKED) or (0.0, 0)
    return bool(now.timestamp() >= at + EVERY.total_seconds() and _newest() > seen)


def look_at_books(now: dt.datetime) -> int:
    """Raise an alarm where the ledger does not add up, close it once it does again; 0 when there was nothing to see."""
    if not unlooked(now):
        return 0
    # Taken before the look: what is booked meanwhile belongs to the next one.
    newest = _newest()
    broken = [violation for finding in check(Look(now), only=ASKED) for violation in finding.violations]
    if broken:
        raise_alarm(key=KEY, kind="books-differ", subject="ledger", text=_told(broken), now=now)
    else:
        settle(key=KEY, by="books", now=now)
    cache.set(LOOKED, (now.timestamp(), newest), None)
    return 1


def _newest() -> int:
    return Journal.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def _told(broken: list[Violation]) -> str:
    said = ngettext(
        "The books do not add up: %(subject)s %(text)s.",
        "The books do not add up in %(n)d places; the first: %(subject)s %(text)s.",
        len(broken),
    )
    return (said % {"n": len(broken), "subject": broken[0].subject, "text": broken[0].text})[:300]
