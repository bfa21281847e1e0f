"""A system check: no gateway is on whose settings do not open, or with whose key anybody could sign."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError

from shop.payments.gateways.registry import NotUsable, open_gateway
from shop.payments.models import GatewayAccount


@register(Tags.database)
def check_gateways(databases: Sequence[str] | None = None, **options: Any) -> list[CheckMessage]:
    """payments.E001 for each enabled account that cannot be used. Runs with `check --database default` and `migrate`."""
    if "default" not in (databases or ()):
        return []
    try:
        accounts = list(GatewayAccount.objects.filter(enabled=True).exclude(gateway="wallet"))
    except DatabaseError:
        # Before the first migration there is no table, and so no account.
        return []
    return [error for account in accounts for error in _problems(account)]


def _problems(account: GatewayAccount) -> list[CheckMessage]:
    try:
        open_gateway(account)
    except NotUsable as error:
        hint = "Give it a key of its own that is long enough, or switch it off."
        return [Error(f"Gateway account {account.name!r} cannot be used: {error}", hint=hint, id="payments.E001")]
    return []
