"""The admin's own Content-Security-Policy: its theme runs Alpine, which evaluates expressions, and sets its colours inline."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

ALSO = {"script-src": ["'unsafe-eval'"], "style-src": ["'unsafe-inline'"]}


class AdminPolicy:
    """Widens the policy of pages under the admin, and of nothing else; stands behind the CSP middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path.startswith(reverse("admin:index")):
            response._csp_update = ALSO  # type: ignore[attr-defined]
        return response
