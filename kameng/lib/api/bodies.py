"""Bodies of the API: JSON in UTF-8, of bounded size and depth."""

from typing import IO, Any

from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import JSONParser

#: A thousand secrets of 4 KiB and what stands around them.
LARGEST_BODY = 5 * 1024 * 1024


class TooLarge(APIException):
    """More than any call needs."""

    status_code = 413
    default_code = "too_large"


class Json(JSONParser):
    """Refuses what is too large before it is read, and what is too deep to be read."""

    @sensitive_variables()
    def parse(self, stream: IO[bytes], media_type: str | None = None, parser_context: Any = None) -> Any:
        length = parser_context["request"].META.get("CONTENT_LENGTH") or "0"
        if not length.isdigit() or int(length) > LARGEST_BODY:
            raise TooLarge(_("The body is larger than 5 MiB. Please divide it."))
        try:
            return super().parse(stream, media_type, {"encoding": "utf-8"})
        except (RecursionError, UnicodeDecodeError) as error:
            raise ParseError from error
