"""A page of messages, by day, as it is drawn."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kameng.notices import said
from kameng.notices.events import EVENTS, Event
from kameng.notices.models import Notification


@dataclass(frozen=True, slots=True)
class Shown:
    """One message."""

    key: int
    event: Event
    title: str
    sentence: str
    at: dt.datetime
    new: bool


@dataclass(frozen=True, slots=True)
class Day:
    name: str
    messages: list[Shown]


def days(rows: Iterable[Notification], now: dt.datetime) -> list[Day]:
    """The messages (newest first) by the local day they came."""
    return [
        Day(_name(day, timezone.localtime(now).date()), [_shown(row, now) for row in of_day])
        for day, of_day in groupby(rows, key=lambda row: timezone.localtime(row.created_at).date())
    ]


def _shown(row: Notification, now: dt.datetime) -> Shown:
    return Shown(
        row.pk, EVENTS[row.event], said.title(row), said.sentence(row, now), row.created_at, new=row.read_at is None
    )


def _name(day: dt.date, today: dt.date) -> str:
    if day == today:
        return _("Today")
    if day == today - dt.timedelta(days=1):
        return _("Yesterday")
    if day.year == today.year:
        # Not within the call: there nobody who collects texts finds it.
        style = pgettext("month and day, as a date format", "M j")
        return formats.date_format(day, style)
    return f"{day:%Y-%m-%d}"
