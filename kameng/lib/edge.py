"""What is believed of a request before anything else looks at it."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from kameng.lib import client

#: Only a proxy knows these, and only ours is believed.
FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PORT")
#: They would be answered like GET, or echo what browsers keep from scripts.
REFUSED = frozenset({"TRACE", "TRACK", "CONNECT"})
ALLOWED = ("GET", "HEAD", "POST", "OPTIONS")


class Edge:
    """Stands first: forgets what somebody else than a trusted proxy says about client and scheme, and answers no TRACE."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not client.by_proxy(request):
            for name in FORWARDED:
                request.META.pop(name, None)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, _view: Any, _args: Any, _kwargs: Any) -> HttpResponse | None:
        return HttpResponseNotAllowed(ALLOWED) if request.method in REFUSED else None
