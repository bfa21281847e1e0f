"""Telling a person: written in the transaction of the event, sent afterwards."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from kameng.accounts.models import User
from kameng.notices.models import Notification
from kameng.tasks.wake import wake


@dataclass(frozen=True, slots=True)
class Recipient:
    """A member, or a guest by address and language."""

    address: str
    locale: str
    user: User | None = None


def notify(*, key: str, event: str, to: Recipient, context: dict[str, Any], now: dt.datetime) -> None:
    """Write one message to be sent by mail, once a key; `context` is plain data and never holds a secret."""
    Notification.objects.bulk_create(
        [
            Notification(
                key=key,
                event=event,
                user=to.user,
                address=to.address,
                locale=to.locale,
                context=context,
                created_at=now,
                next_try_at=now,
            )
        ],
        ignore_conflicts=True,
    )
    wake("mail")
