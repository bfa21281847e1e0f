"""A request that waited too long for others: the visitor is asked to try once more, instead of being shown an error."""

import logging
from collections.abc import Callable

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.utils.translation import gettext as _

# Of PostgreSQL: no lock in time, the statement took too long, and two ways of being in each other's way.
STATES = frozenset({"55P03", "57014", "40001", "40P01"})
# Of SQLite: another connection, or another thread of ours, is writing.
CODES = frozenset({5, 6})
RETRY_SECONDS = 3

log = logging.getLogger(__name__)


class Busy:
    """Answers 503 where a view met its limit of waiting; its transaction was rolled back. Other errors stay what they are."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not is_busy(error):
            return None
        log.warning("%s %s waited in vain: %s", request.method, request.path, type(error.__cause__).__name__)
        response = _page(request) if reads_pages(request) else _line()
        response["Retry-After"] = str(RETRY_SECONDS)
        response["Cache-Control"] = "no-store"
        response["Referrer-Policy"] = "no-referrer"
        return response


def is_busy(error: Exception) -> bool:
    """Whether the database said that others were in the way, and that the same may work a moment later."""
    if not isinstance(error, OperationalError):
        return False
    cause = error.__cause__
    # The upper bytes of SQLite's codes say more than is asked here.
    return getattr(cause, "sqlstate", None) in STATES or getattr(cause, "sqlite_errorcode", 0) & 0xFF in CODES


def reads_pages(request: HttpRequest) -> bool:
    """Whether a person sees what is answered as a page; a script, or a machine, reads one line."""
    by_script = "HX-Request" in request.headers or request.headers.get("X-Requested-With") == "fetch"
    return not by_script and request.accepts("text/html") and "text/html" in request.headers.get("Accept", "")


def _page(request: HttpRequest) -> HttpResponse:
    # Static, as it asks nothing more of a database that has enough to do.
    again = request.get_full_path() if request.method == "GET" else ""
    return HttpResponse(loader.get_template("503.html").render({"again": again}), status=503)


def _line() -> HttpResponse:
    said = _(
        "Very busy right now. Please try once more: this step was not finished, and a second try never buys or pays twice."
    )
    return HttpResponse(said, status=503, content_type="text/plain; charset=utf-8")
