"""What `manage.py check --deploy` says about an installation beyond Django's own questions."""

import ipaddress
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Warning
from django.http.request import validate_host


def public_address(**_: Any) -> list[CheckMessage]:
    """Whether the address that mails and callbacks name leads buyers and gateways to this shop."""
    return [] if settings.DEMO or settings.DEBUG else list(_faults(settings.SITE_URL))


def _faults(url: str) -> Iterator[CheckMessage]:
    parts = urlsplit(url)
    host = parts.hostname or ""
    if not host or _stays_here(host):
        hint = "Mails and gateways would be led to their own machine. Set SITE_URL to the shop's public address."
        yield Warning(f"SITE_URL is {url or 'empty'}, which no buyer can reach.", hint=hint, id="kameng.W001")
    if parts.scheme != "https":
        hint = "Links to orders open them: they must not travel in the clear."
        yield Warning(f"SITE_URL is {url or 'empty'}, which is not https.", hint=hint, id="kameng.W002")
    if host and not validate_host(host, settings.ALLOWED_HOSTS):
        hint = "The shop would refuse the very links that it sends. Add the host to ALLOWED_HOSTS."
        yield Warning(f"SITE_URL names {host}, which ALLOWED_HOSTS does not.", hint=hint, id="kameng.W003")


def _stays_here(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
    return address.is_loopback or address.is_unspecified
