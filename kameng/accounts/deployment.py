"""What `manage.py check --deploy` says about who could come in."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.db import DatabaseError
from django.db.models import Q

from kameng.accounts.models import User

#: Names that are tried first by whoever tries names.
DEFAULTS = ("admin", "administrator", "root", "test", "demo")


def second_factor(**_: Any) -> list[CheckMessage]:
    """Whether somebody of the staff could work without a second factor."""
    found: list[CheckMessage] = []
    if settings.DEMO:
        hint = "Its accounts have a known password and need no second factor. Unset KAMENG_DEMO."
        found.append(Error("This is a demo.", hint=hint, id="kameng.E001"))
    if settings.SECOND_FACTOR_EXEMPT and not settings.DEMO:
        hint = "Only accounts of the demo may be there, in demo mode."
        found.append(Error("SECOND_FACTOR_EXEMPT names accounts.", hint=hint, id="kameng.E002"))
    return found


def default_accounts(**_: Any) -> list[CheckMessage]:
    """Whether somebody of the staff signs in by a name that everybody guesses."""
    named = Q()
    for name in DEFAULTS:
        named |= Q(email__istartswith=f"{name}@")
    try:
        staff = list(User.objects.filter(named, Q(is_staff=True) | Q(is_superuser=True), is_active=True))
    except DatabaseError:
        # There is no database yet, so nobody is in it.
        return []
    hint = "Give the person an account by their own address, and take away this one's roles."
    return [
        Error(f"{user.email} is a name that is tried first, and has a password.", hint=hint, id="kameng.E003")
        for user in staff
        if user.has_usable_password()
    ]
