"""Too many tries are answered with 429 and when to come again, before a page does any of its work."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import ngettext

from kameng.lib import client, clock
from kameng.lib.busy import reads_pages
from kameng.lib.limits import ALLAUTH_SECONDS, READ, SENT, Rate
from kameng.lib.rates import take


class Pacing:
    """Counts what `lib/limits.py` names by its address; other limits are asked for where they apply."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 429 and "Retry-After" not in response:
            response["Retry-After"] = str(ALLAUTH_SECONDS)
        return response

    def process_view(self, request: HttpRequest, _view: Any, _args: Any, _kwargs: Any) -> HttpResponse | None:
        rate = _rate(request)
        seconds = take(rate, client.network(client.address(request)), clock.now()) if rate else 0
        return too_many(request, seconds) if seconds else None


def _rate(request: HttpRequest) -> Rate | None:
    name = request.resolver_match.url_name if request.resolver_match else None
    return READ.get(name or "") or (SENT.get(name or "") if request.method == "POST" else None)


def too_many(request: HttpRequest, seconds: int) -> HttpResponse:
    """429, and when to come again: a page, or a line for who asked by a script."""
    response = render(request, "429.html", status=429) if reads_pages(request) else _line(seconds)
    response["Retry-After"] = str(seconds)
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _line(seconds: int) -> HttpResponse:
    said = ngettext(
        "There were many tries from here in a short time. Please try again in %(n)d second; nothing was lost.",
        "There were many tries from here in a short time. Please try again in %(n)d seconds; nothing was lost.",
        seconds,
    )
    return HttpResponse(said % {"n": seconds}, status=429, content_type="text/plain; charset=utf-8")
