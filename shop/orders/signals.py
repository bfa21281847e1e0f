"""Whoever has shown that an address is theirs finds what they bought under it as a guest."""

from typing import Any

from allauth.account.signals import email_confirmed, user_logged_in
from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import ngettext

from kameng.accounts.models import User
from kameng.audit.record import Actor
from kameng.lib import client, clock
from shop.orders.adopt import Adopted, adopt_all


def connect() -> None:
    """Adopt when an address is verified, and at each sign-in what came since."""
    email_confirmed.connect(_confirmed, dispatch_uid="adopt orders of a verified address")
    user_logged_in.connect(_signed_in, dispatch_uid="adopt orders at sign-in")


def _confirmed(request: HttpRequest, email_address: Any, **_more: Any) -> None:
    found = _adopt(request, email_address.user)
    if found.stayed:
        numbers = ", ".join(order.shown_number for order in found.stayed)
        said = ngettext(
            "Order %(numbers)s still opens by its link only: you have one of its keys already.",
            "Orders %(numbers)s still open by their links only: you have some of their keys already.",
            len(found.stayed),
        )
        messages.warning(request, said % {"numbers": numbers})


def _signed_in(request: HttpRequest, user: User, **_more: Any) -> None:
    _adopt(request, user)


def _adopt(request: HttpRequest, user: User) -> Adopted:
    actor = Actor(user.holder, "member", client.address(request), request.headers.get("User-Agent", ""))
    found = adopt_all(user=user, actor=actor, now=clock.now())
    if found.moved:
        said = ngettext(
            "%(n)d order that you placed as a guest is among yours now.",
            "%(n)d orders that you placed as a guest are among yours now.",
            found.moved,
        )
        messages.success(request, said % {"n": found.moved})
    return found
