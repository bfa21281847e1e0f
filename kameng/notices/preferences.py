"""What a member wants to hear of, and where: everything, until they turn it off."""

from collections.abc import Collection
from dataclasses import dataclass

from django.core import signing
from django.db import transaction

from kameng.accounts.models import User
from kameng.notices.events import EVENTS, Channel, Event, may_be_off
from kameng.notices.models import Silence

_SALT = "kameng.notices.stop"


@dataclass(frozen=True, slots=True)
class Switch:
    """One cell of the table: `name` is the field's; None where there is no such channel for the event."""

    name: str
    channel: Channel
    on: bool
    fixed: bool


@dataclass(frozen=True, slots=True)
class Row:
    event: Event
    switches: list[Switch | None]


def table(user: User) -> list[Row]:
    """Every event with its switches, in the order of the channels; one query."""
    off = set(Silence.objects.filter(user=user).values_list("event", "channel"))
    return [
        Row(event, [_switch(event, channel, off) if channel in event.channels else None for channel in Channel])
        for event in EVENTS.values()
    ]


def _switch(event: Event, channel: Channel, off: set[tuple[str, str]]) -> Switch:
    fixed = not may_be_off(event.code, channel)
    return Switch(f"{event.code}:{channel}", channel, fixed or (event.code, channel.value) not in off, fixed)


def choose(*, user: User, wanted: Collection[str]) -> None:
    """From now on the member hears of what is named (`paid:mail`) and of what nobody can turn off; of the rest they do not."""
    off = [
        Silence(user=user, event=code, channel=channel)
        for code in EVENTS
        for channel in Channel
        if may_be_off(code, channel) and f"{code}:{channel}" not in wanted
    ]
    with transaction.atomic():
        Silence.objects.filter(user=user).delete()
        Silence.objects.bulk_create(off, ignore_conflicts=True)


def silence(*, user_id: int, event: str, channel: Channel) -> bool:
    """Turn word of an event off on one channel; False for what cannot be turned off, or a member who is no more."""
    if not may_be_off(event, channel) or not User.objects.filter(pk=user_id).exists():
        return False
    Silence.objects.bulk_create([Silence(user_id=user_id, event=event, channel=channel)], ignore_conflicts=True)
    return True


def silenced(*, user_id: int | None, channel: Channel) -> set[str]:
    """The events that the member turned off on this channel; none for a guest."""
    if user_id is None:
        return set()
    off = Silence.objects.filter(user_id=user_id, channel=channel).values_list("event", flat=True)
    return {code for code in off if may_be_off(code, channel)}


def stop_token(*, user_id: int, event: str) -> str:
    """What a mail carries: whoever has it may stop mails of this event to this member, and nothing else."""
    return signing.dumps([user_id, event], salt=_SALT)


def read_stop_token(token: str) -> tuple[int, str] | None:
    """The member and the event of a token; None for one that we did not make."""
    try:
        user_id, event = signing.loads(token, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return int(user_id), str(event)
