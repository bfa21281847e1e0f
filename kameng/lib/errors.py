"""What an error may show, and to whom."""

import logging
import secrets

from django.http import HttpRequest, HttpResponseServerError
from django.template import loader
from django.views.debug import SafeExceptionReporterFilter

log = logging.getLogger(__name__)


def server_error(request: HttpRequest) -> HttpResponseServerError:
    """The page of an unexpected error: static, in both languages, with a reference that names the line in our log."""
    reference = secrets.token_hex(4).upper()
    log.error("reference %s: %s %s failed", reference, request.method, request.path)
    return HttpResponseServerError(loader.get_template("500.html").render({"reference": reference}))


class AlwaysSafe(SafeExceptionReporterFilter):
    """Hides what `sensitive_variables` names on the developer's error page too: secrets there are as real as elsewhere."""

    def is_active(self, request: HttpRequest | None) -> bool:
        return True
