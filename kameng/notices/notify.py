"""Telling a person: written in the transaction of the event, sent afterwards."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from kameng.accounts.models import User
from kameng.notices.models import Notification
from kameng.tasks.wake import wake


@dataclass(frozen=True, slots=True)
class Recipient:
    """A member, or a guest by address and language.

    Messages of one `thread` may reach them as one mail, for which the mail waits as long as `patience`; in the shop a message
    stands at once.
    """

    address: str
    locale: str
    user: User | None = None
    thread: str = ""
    patience: dt.timedelta = dt.timedelta(0)


def notify(*, key: str, event: str, to: Recipient, context: dict[str, Any], now: dt.datetime) -> None:
    """Write one message, once a key: by mail, and for a member in the shop. `context` is plain data and holds no secret."""
    Notification.objects.bulk_create(
        [
            Notification(
                key=key,
                event=event,
                thread=to.thread,
                user=to.user,
                address=to.address,
                locale=to.locale,
                context=context,
                created_at=now,
                next_try_at=now + to.patience,
            )
        ],
        ignore_conflicts=True,
    )
    if not to.patience:
        wake("mail")
