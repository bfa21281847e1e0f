"""Which bodies are read at all: forms of visitors are small, and written in UTF-8."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

#: Bytes of a form outside of the admin, where whole files are pasted.
LARGEST_FORM = 64 * 1024
UTF8 = "utf-8"


class Bodies:
    """Answers 413 and 415 before anything reads the body. Views without a form (callbacks) judge theirs themselves."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, _args: Any, _kwargs: Any) -> HttpResponse | None:
        if getattr(view, "csrf_exempt", False):
            return None
        if (request.content_params or {}).get("charset", "utf-8").lower() != UTF8:
            return _line(_("This form is not written in UTF-8."), 415)
        if _length(request) > LARGEST_FORM and not _in_admin(request):
            return _line(_("This form is too large."), 413)
        return None


def _length(request: HttpRequest) -> int:
    length = request.META.get("CONTENT_LENGTH") or "0"
    return int(length) if length.isdigit() else 0


def _in_admin(request: HttpRequest) -> bool:
    return bool(request.resolver_match and "admin" in request.resolver_match.namespaces)


def _line(said: str, status: int) -> HttpResponse:
    return HttpResponse(said, status=status, content_type="text/plain; charset=utf-8")
