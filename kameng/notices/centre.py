"""A member's messages in the shop: which there are, how many are new, and reading them."""

import datetime as dt

from django.db import transaction
from django.db.models import Count, Q, QuerySet, Subquery

from kameng.accounts.models import User
from kameng.notices.events import DELIVERED, LISTED, Channel
from kameng.notices.models import Notification, Silence


def messages_of(user: User) -> QuerySet[Notification]:
    """What the member may read in the shop: all that is listed, without what they turned off.

    Deliveries that one mail told together are one message. What is turned off is kept, and is back when it is turned on.
    """
    off = Silence.objects.filter(user=user, channel=Channel.SHOP).values("event")
    apart = Q(told_in=None) | ~Q(event=DELIVERED)
    return Notification.objects.filter(apart, user=user, event__in=LISTED).exclude(event__in=Subquery(off))


def listed(user: User) -> QuerySet[Notification]:
    """The member's messages, newest first, each with `more`: how many other deliveries it tells."""
    more = Count("tells", filter=Q(tells__event=DELIVERED))
    return messages_of(user).annotate(more=more).order_by("-pk")


def read(*, user: User, message_id: int, now: dt.datetime) -> Notification | None:
    """The member's message, read from now on; None for one that is not there or is another's."""
    found = messages_of(user).filter(pk=message_id).first()
    if found and found.read_at is None:
        Notification.objects.filter(pk=found.pk, read_at=None).update(read_at=now)
    return found


def read_thread(*, user: User, thread: str, now: dt.datetime) -> int:
    """All messages of one thread are read: their reader sees what they say on the page they are about. Returns how many."""
    return _read(messages_of(user).filter(thread=thread), now)


def read_all(*, user: User, upto: int, now: dt.datetime) -> int:
    """Every message up to this key is read, and none that came after the page was shown; returns how many were new."""
    return _read(messages_of(user).filter(pk__lte=upto), now)


def _read(rows: QuerySet[Notification], now: dt.datetime) -> int:
    with transaction.atomic():
        # Held by key, as whoever sends them holds them.
        new = rows.filter(read_at=None).select_for_update(of=("self",)).order_by("pk")
        return Notification.objects.filter(pk__in=[row.pk for row in new]).update(read_at=now)
