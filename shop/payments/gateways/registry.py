"""Which gateways there are, and how one is opened for an account."""

import json

from django.core.exceptions import ImproperlyConfigured
from django.views.decorators.debug import sensitive_variables

from kameng.lib import crypto
from shop.payments.gateways.base import Gateway
from shop.payments.gateways.sandbox.gateway import SandboxGateway
from shop.payments.models import GatewayAccount

_CLASSES: dict[str, type[Gateway]] = {SandboxGateway.code: SandboxGateway}


class NotUsable(Exception):
    """The account's settings do not open, or its gateway refuses them (an empty or short key)."""


def install(gateway: type[Gateway]) -> None:
    """Add a gateway under its code."""
    _CLASSES[gateway.code] = gateway


def gateway_class(code: str) -> type[Gateway]:
    """The gateway's class; raises KeyError for one that does not exist."""
    return _CLASSES[code]


def codes() -> list[str]:
    """The gateways an account can be made for."""
    return sorted(_CLASSES)


def pay_origins() -> list[str]:
    """Where the gateways of enabled accounts take a buyer; asks the database only if any gateway leads away from here."""
    away = {code: gateway.pay_origins for code, gateway in _CLASSES.items() if gateway.pay_origins}
    if not away:
        return []
    used = GatewayAccount.objects.filter(enabled=True, gateway__in=away).values_list("gateway", flat=True)
    return sorted({origin for code in used for origin in away[code]})


@sensitive_variables()
def open_gateway(account: GatewayAccount) -> Gateway:
    """The gateway bound to this account's settings, opened for the length of its life only; raises NotUsable."""
    try:
        config = json.loads(crypto.ring().open(account.sealed, account.place)) if account.sealed else {}
        return gateway_class(account.gateway).opened(config)
    except (KeyError, ValueError, crypto.CannotOpen, ImproperlyConfigured) as error:
        raise NotUsable(f"{account.gateway} {account.public_id}: {error}") from error


@sensitive_variables()
def seal_settings(account: GatewayAccount, config: dict[str, str]) -> None:
    """Put the settings, sealed, onto the account (not saved); raises ImproperlyConfigured for those its gateway refuses."""
    gateway_class(account.gateway).opened(config)
    account.sealed = crypto.ring().seal(json.dumps(config).encode(), account.place)
