"""What follows a change of how somebody proves who they are."""

from typing import Any

from allauth.account.signals import password_changed, password_reset, password_set
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed
from django.db.models.signals import post_delete
from django.http import HttpRequest

from kameng.accounts.mfa import key_of
from kameng.accounts.models import FactorKey, User
from kameng.accounts.proofs import FACTORS, enrolled, forget_second_factor, prove, second_factor_at
from kameng.accounts.sessions import end_others


def connect() -> None:
    """Called once, when the apps are ready."""
    authenticator_added.connect(added)
    authenticator_removed.connect(removed)
    post_delete.connect(unseal, sender=Authenticator)
    for signal in (password_changed, password_set, password_reset):
        signal.connect(new_password)


def added(*, request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    """The first factor was shown while it was set up, and browsers that have not shown it are signed out."""
    if authenticator.type not in FACTORS:
        return
    first = Authenticator.objects.filter(user=user, type__in=FACTORS).count() == 1
    if first or second_factor_at(request) is not None:
        prove(request, user, authenticator)
    if first:
        end_others(request, user)


def removed(*, request: HttpRequest, user: User, **_: Any) -> None:
    """Without any factor nothing is left that this session has shown, nor any other."""
    if not enrolled(user):
        forget_second_factor(request)
        end_others(request, user)


def new_password(*, request: HttpRequest, user: User, **_: Any) -> None:
    """Whoever knew the old password is signed out."""
    end_others(request, user)


def unseal(*, instance: Authenticator, **_: Any) -> None:
    """A factor's key goes with it."""
    FactorKey.objects.filter(ref=key_of(instance)).delete()
