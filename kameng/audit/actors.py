"""Who acts in the admin, as the audit log names people."""

from typing import cast

from django.http import HttpRequest

from kameng.accounts.models import User
from kameng.audit.record import Actor
from kameng.lib import client


def acting(request: HttpRequest, *, merchant_id: int | None = None) -> Actor:
    """The person behind a request and from where, with what they are at the merchant, else on the platform."""
    user = cast(User, request.user)
    roles = sorted({role.lower() for role, place in user.held_roles if place == merchant_id}) if merchant_id else []
    agent = request.headers.get("User-Agent", "")
    return Actor(user.holder, (roles or [user.platform_role.lower()])[0][:20], client.address(request), agent)
