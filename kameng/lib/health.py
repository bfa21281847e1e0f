"""`/healthz`: whether this web process and its database answer, for load balancers and monitors."""

import logging
from collections.abc import Callable

from django.db import Error, connection
from django.http import HttpRequest, HttpResponse

PATH = "/healthz"

log = logging.getLogger(__name__)


class Health:
    """Answers 200 "ok" or 503, before anything that asks for a host, a session or a language: a prober has none of them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path != PATH:
            return self.get_response(request)
        return _answer("ok", 200) if _database_answers() else _answer("the database does not answer", 503)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return bool(cursor.fetchone() == (1,))
    except Error as error:
        log.warning("the database does not answer: %s", error)
        return False


def _answer(text: str, status: int) -> HttpResponse:
    headers = {"Cache-Control": "no-store", "X-Frame-Options": "DENY"}
    return HttpResponse(f"{text}\n", status=status, content_type="text/plain; charset=utf-8", headers=headers)
