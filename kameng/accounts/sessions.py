"""Where a person is signed in, and ending it."""

import datetime as dt
from dataclasses import dataclass

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from kameng.accounts.devices import device
from kameng.accounts.models import User

#: So many are listed; ending all others ends those beyond, too.
MOST = 50


@dataclass(frozen=True, slots=True)
class Place:
    """A browser in which the person is signed in."""

    pk: int
    device: str
    address: str
    since: dt.datetime
    here: bool


def places(request: HttpRequest, user: User, now: dt.datetime) -> list[Place]:
    """Where the person is signed in: this browser first, then the newest; two queries."""
    here = request.session.session_key
    rows = list(UserSession.objects.filter(user=user).order_by("-created_at", "-pk")[:MOST])
    keys = [row.session_key for row in rows]
    alive = set(Session.objects.filter(pk__in=keys, expire_date__gt=now).values_list("pk", flat=True))
    found = [
        Place(row.pk, device(row.user_agent), row.ip, row.created_at, row.session_key == here)
        for row in rows
        if row.session_key in alive
    ]
    return sorted(found, key=lambda place: not place.here)


def end_place(request: HttpRequest, user: User, pk: int) -> bool:
    """Sign the person out there; False when there is no such session of theirs, or it is this one."""
    return _end(_others(request, user).filter(pk=pk)) > 0


def end_others(request: HttpRequest, user: User) -> int:
    """Sign the person out everywhere else; returns in how many browsers."""
    return _end(_others(request, user))


def _others(request: HttpRequest, user: User) -> "QuerySet[UserSession]":
    rows: QuerySet[UserSession] = UserSession.objects.filter(user=user)
    here = request.session.session_key
    return rows.filter(~Q(session_key=here)) if request.user.is_authenticated and here else rows


def _end(rows: "QuerySet[UserSession]") -> int:
    keys = list(rows.values_list("session_key", flat=True))
    Session.objects.filter(pk__in=keys).delete()
    UserSession.objects.filter(session_key__in=keys).delete()
    return len(keys)
