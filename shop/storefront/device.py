"""A name for the buyer's browser, by which unpaid orders are limited; it says nothing about the person."""

import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse

YEAR = 365 * 24 * 3600
LENGTH = 22


def _cookie() -> str:
    return "__Host-device" if settings.HTTPS else "device"


def device(request: HttpRequest) -> str:
    """The browser's name from its cookie; a new one of 128 random bits where there is none."""
    name = request.COOKIES.get(_cookie(), "")
    known = len(name) == LENGTH and name.isascii() and name.replace("-", "").replace("_", "").isalnum()
    return name if known else secrets.token_urlsafe(16)


def keep_device(response: HttpResponse, name: str) -> None:
    """Let the browser bring its name for a year."""
    response.set_cookie(_cookie(), name, max_age=YEAR, secure=settings.HTTPS, httponly=True, samesite="Lax")
