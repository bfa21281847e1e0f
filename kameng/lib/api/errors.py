"""Errors of the API: a `code` that programs read, and in `detail` a sentence in the language asked for."""

import logging
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.response import Response

from kameng.lib.busy import RETRY_SECONDS, is_busy
from kameng.lib.transitions import Refused

log = logging.getLogger(__name__)

#: What the framework says, in the words of this house: by status.
SAID = {
    400: _("The body is no JSON that can be read."),
    401: _("This key does not open anything here: it is unknown, revoked or expired, or none was sent."),
    404: _("There is nothing at this address, or it is not yours. Addresses end with a slash."),
    405: _("This address does not know this method."),
    406: _("The answer is JSON; please accept application/json."),
    415: _("Please send JSON, with Content-Type: application/json."),
    429: _("Too many requests. Please wait %(seconds)d seconds."),
    503: _("Very busy right now. Please try once more: nothing was done."),
}


class Wrong(exceptions.APIException):
    """What was sent cannot be meant; `field` says which part of it."""

    status_code = 400
    default_code = "invalid"

    def __init__(self, detail: Any, field: str, code: str = "invalid") -> None:
        super().__init__(detail, code)
        self.field = field


class Conflict(exceptions.APIException):
    """It cannot be done as things are."""

    status_code = 409


class NotForThisKey(exceptions.APIException):
    """The key is right, and was not made for this."""

    status_code = 403
    default_code = "scope_missing"


def refusal(error: Refused, codes: Mapping[type[Refused], str]) -> Conflict:
    """A verb's refusal as it is answered, by the first code whose kind it is."""
    return Conflict(error.message, next((code for kind, code in codes.items() if isinstance(error, kind)), "refused"))


def answer(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """The answer to an error that a view raised; None for one that is ours, which nobody but the log hears of."""
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    elif is_busy(error):
        log.warning("%s %s waited in vain", context["request"].method, context["request"].path)
        return _response(503, "busy", SAID[503], {"Retry-After": str(RETRY_SECONDS)})
    if not isinstance(error, exceptions.APIException):
        return None
    headers = {}
    if getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = error.auth_header
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(wait)
    return _response(error.status_code, _code(error), _detail(error), headers, getattr(error, "field", ""))


def words(error: ValidationError) -> str:
    """What a validator said, as one sentence."""
    return " ".join(error.messages)


def _code(error: exceptions.APIException) -> str:
    code = error.get_codes()
    return code if isinstance(code, str) else "invalid"


def _detail(error: exceptions.APIException) -> Any:
    """The error's own words where the house wrote them; else what the house says of its status."""
    if not type(error).__module__.startswith("rest_framework."):
        return error.detail
    said = SAID.get(error.status_code, error.detail)
    return said % {"seconds": error.wait} if error.status_code == 429 else said


def _response(status: int, code: str, detail: Any, headers: Mapping[str, str], field: str = "") -> Response:
    told = {"code": code, "detail": str(detail)}
    return Response({**told, "field": field} if field else told, status=status, headers=dict(headers))
