"""What this session has shown of its person, as allauth writes it down: a password, a code, a second factor, and when.

Sessions are counted in real time, as Django's and allauth's own ends of them are.
"""

import time
from typing import Any

from allauth.account.internal.flows.login import (
    AUTHENTICATION_METHODS_SESSION_KEY,
    get_authentication_records,
    record_authentication,
)
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest

from kameng.accounts.models import User

SECOND_FACTOR = "mfa"
#: Seconds for which nobody is asked again before something that matters.
RECENT = 10 * 60
#: What is a second factor by itself; recovery codes only stand in for one of them.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def enrolled(user: User) -> bool:
    """Whether the person has set up a second factor."""
    found: bool = Authenticator.objects.filter(user=user, type__in=FACTORS).exists()
    return found


def exempt(user: User) -> bool:
    """Whether staff may work without a second factor: an account of the demo, in demo mode only."""
    return bool(settings.DEMO and user.email in settings.SECOND_FACTOR_EXEMPT)


def second_factor_at(request: HttpRequest) -> float | None:
    """When this session last showed a second factor (epoch seconds); None when it never did."""
    return _last(request, {SECOND_FACTOR})


def proved_recently(request: HttpRequest, within: float = RECENT) -> bool:
    """Whether the person showed who they are within so many seconds; by the second factor, once they have one."""
    user = request.user
    if not user.is_authenticated:
        return False
    at = second_factor_at(request) if enrolled(user) else _last(request, None)
    return at is not None and time.time() - at < within


def prove(request: HttpRequest, user: User, authenticator: Authenticator) -> None:
    """Note that the session showed this second factor."""
    record_authentication(request, user, SECOND_FACTOR, id=authenticator.pk, type=authenticator.type)


def forget_second_factor(request: HttpRequest) -> None:
    """The session has shown none any more: those it did show are gone."""
    records = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY, [])
    kept = [record for record in records if record.get("method") != SECOND_FACTOR]
    request.session[AUTHENTICATION_METHODS_SESSION_KEY] = kept


def _last(request: HttpRequest, methods: set[str] | None) -> float | None:
    user = request.user if request.user.is_authenticated else None
    records: list[dict[str, Any]] = get_authentication_records(request, user)
    times = [float(record["at"]) for record in records if methods is None or record.get("method") in methods]
    return max(times, default=None)
