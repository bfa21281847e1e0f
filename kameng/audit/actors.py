"""Who acts in the admin, for the audit log."""

from typing import Any

from django.http import HttpRequest

from kameng.audit.record import Actor
from kameng.lib import client


def acting(request: HttpRequest) -> Actor:
    """The person of the platform behind a request, and from where."""
    user: Any = request.user
    return Actor(user.holder, user.platform_role.lower(), client.address(request), request.headers.get("User-Agent", ""))
