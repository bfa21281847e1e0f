"""Who is asking: the address of the client, as our own proxies saw it."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def address(request: HttpRequest) -> str:
    """The client's address: the nearest hop that is not one of TRUSTED_PROXIES.

    X-Forwarded-For is read from the right and only as far as each hop is trusted, so a header that the client wrote itself
    changes nothing. An entry that is no address ends the walk.
    """
    peer = request.META.get("REMOTE_ADDR", "")
    if not _trusted(peer):
        return _plain(peer)
    for hop in reversed(request.headers.get("X-Forwarded-For", "").split(",")):
        candidate = _plain(hop.strip())
        if not candidate:
            return _plain(peer)
        if not _trusted(candidate):
            return candidate
        peer = candidate
    return _plain(peer)


def by_proxy(request: HttpRequest) -> bool:
    """Whether one of TRUSTED_PROXIES brought the request, so that what it says about the client is true."""
    return _trusted(request.META.get("REMOTE_ADDR", ""))


def network(address: str) -> str:
    """Whose address it is, as limits count it: itself, or the /64 of an IPv6 one, of which one connection has 2^64."""
    ip = _ip(address)
    return str(ipaddress.IPv6Network((int(ip), 64), strict=False)) if isinstance(ip, ipaddress.IPv6Address) else address


def _plain(text: str) -> str:
    return str(_ip(text) or "")


def _trusted(text: str) -> bool:
    # gunicorn behind a unix socket has no peer address; only a proxy can be there.
    if text == "":
        return "unix" in settings.TRUSTED_PROXIES
    ip = _ip(text)
    return ip is not None and any(
        ip in ipaddress.ip_network(net, strict=False) for net in settings.TRUSTED_PROXIES if net != "unix"
    )


def _ip(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        ip = ipaddress.ip_address(text)
    except ValueError:
        return None
    # A server that listens on both kinds writes an IPv4 peer as ::ffff:192.0.2.1.
    return getattr(ip, "ipv4_mapped", None) or ip
