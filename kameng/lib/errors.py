"""What an error may show, and to whom."""

import logging
import secrets

from django.http import HttpRequest, HttpResponse, HttpResponseServerError, JsonResponse
from django.template import loader
from django.utils.translation import gettext as _
from django.views.debug import SafeExceptionReporterFilter

#: Below this address programs ask, which read no pages.
API = "/api/"

log = logging.getLogger(__name__)


def server_error(request: HttpRequest) -> HttpResponse:
    """The page of an unexpected error: static, in both languages, with a reference that names the line in our log.

    Programs are told the same as JSON.
    """
    reference = secrets.token_hex(4).upper()
    log.error("reference %s: %s %s failed", reference, request.method, request.path)
    if request.path.startswith(API):
        said = _("Something went wrong on our side. Whoever looks for it needs this reference: %(reference)s.")
        told = {"code": "server_error", "detail": said % {"reference": reference}}
        return JsonResponse(told, status=500, headers={"Cache-Control": "no-store"})
    return HttpResponseServerError(loader.get_template("500.html").render({"reference": reference}))


class AlwaysSafe(SafeExceptionReporterFilter):
    """Hides what `sensitive_variables` names on the developer's error page too: secrets there are as real as elsewhere."""

    def is_active(self, request: HttpRequest | None) -> bool:
        return True
