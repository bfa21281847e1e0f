"""Which gateways there are, and how one is opened for an account."""

import json

from django.views.decorators.debug import sensitive_variables

from kameng.lib import crypto
from shop.payments.gateways.base import Gateway
from shop.payments.gateways.sandbox.gateway import SandboxGateway
from shop.payments.models import GatewayAccount

_CLASSES: dict[str, type[SandboxGateway]] = {SandboxGateway.code: SandboxGateway}


def gateway_class(code: str) -> type[Gateway]:
    """The gateway's class; raises KeyError for one that does not exist."""
    return _CLASSES[code]


@sensitive_variables()
def open_gateway(account: GatewayAccount) -> Gateway:
    """The gateway bound to this account's settings, which are opened for the length of its life only."""
    config = json.loads(crypto.ring().open(account.sealed, account.place)) if account.sealed else {}
    return _CLASSES[account.gateway].opened(config)


@sensitive_variables()
def seal_settings(account: GatewayAccount, config: dict[str, str]) -> None:
    """Put the settings, sealed, onto the account (not saved)."""
    account.sealed = crypto.ring().seal(json.dumps(config).encode(), account.place)
