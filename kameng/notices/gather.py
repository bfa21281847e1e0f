"""Which mail tells what: one mail for what happens together, and none for what a better one says.

A payment's mail waits a moment (its `patience`) where goods may come by themselves, and the mails of such goods wait with it
until all of them are here, so that an order of ten lines that arrive together is one mail, and no mail announces what the next
one brings. Then, of one thread:

- deliveries that nobody has tried to send are told in one mail; whatever comes later gets a mail of its own;
- a payment's message that has not gone out is told in the mail that goes out first, which says what is still to come;
- it is dropped where nothing is still to come, and so is what the member turned off.

In the shop a payment's message stands beside the others; deliveries that were told together stand as one.

Who is told in whose mail is written in the transaction that claims the mail, and stays so: a mail that is tried again after a
failure or a death tells the same, and no message is without a mail of its own, another's, or a reason.
"""

import datetime as dt

from django.db.models import F

from kameng.notices.events import DELIVERED, PAID, Channel
from kameng.notices.models import Notification
from kameng.notices.preferences import silenced
from kameng.notices.threads import of_thread, opening, to_come


def gather(row: Notification, held: list[Notification], *, lease: dt.timedelta, now: dt.datetime) -> Notification | None:
    """Claim the mail that tells this due message and return it; None where none is to be sent now. Inner step of `send`.

    `held` are the messages of the thread that wait for their mail, oldest first; the caller has locked them. One that comes
    meanwhile has its turn later.
    """
    thread = of_thread(row)
    if row.event == PAID and not to_come(row, thread):
        _drop(row)
        return None
    if row.attempts:
        # Who is told in it was settled when it was tried first.
        return _claim(row, [], lease, now)
    off = silenced(user_id=row.user_id, channel=Channel.MAIL)
    if row.event in off:
        _drop(row)
        return None
    fresh = [each for each in held if not each.attempts]
    paid = opening(fresh)
    if paid and paid.next_try_at and paid.next_try_at > now and _more_comes_soon(paid, thread, row):
        _wait(row, paid.next_try_at)
        return None
    first, *others = _together(row, [each for each in fresh if each.event not in off])
    return _claim(first, others, lease, now)


def _drop(row: Notification) -> None:
    Notification.objects.filter(pk=row.pk).update(unneeded=True, next_try_at=None)


def _wait(row: Notification, until: dt.datetime) -> None:
    Notification.objects.filter(pk=row.pk).update(next_try_at=until)


def _more_comes_soon(paid: Notification, thread: list[Notification], row: Notification) -> bool:
    return row.event == DELIVERED and any(line["soon"] for line in to_come(paid, thread))


def _together(row: Notification, wanted: list[Notification]) -> list[Notification]:
    """The message whose mail goes out, then those that it tells too."""
    arrived = [each for each in wanted if each.event == DELIVERED]
    paid = [each for each in wanted if each.event == PAID]
    if row.event in (DELIVERED, PAID) and arrived:
        return [*arrived, *paid]
    return [row, *(each for each in paid if each.pk != row.pk)]


def _claim(row: Notification, others: list[Notification], lease: dt.timedelta, now: dt.datetime) -> Notification:
    Notification.objects.filter(pk=row.pk).update(attempts=F("attempts") + 1, next_try_at=now + lease)
    told = [each.pk for each in others]
    Notification.objects.filter(pk__in=told).update(told_in=row, next_try_at=None)
    row.attempts += 1
    return row
