"""Lists a page at a time, by a cursor that stays right while rows come and go."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.pagination import Cursor, CursorPagination

from kameng.lib.api.errors import Wrong

PAGE = 50
#: Digits of the largest key that a row can have.
MOST_DIGITS = 18


class Pages(CursorPagination):
    """Newest first. A cursor that nobody was given is refused, whatever it holds."""

    page_size = PAGE
    ordering = "-pk"
    template = None

    def decode_cursor(self, request: Any) -> Cursor | None:
        try:
            cursor = super().decode_cursor(request)
        except Exception as error:
            raise _unknown() from error
        position = cursor.position if cursor else None
        if position is not None and not (position.isascii() and position.isdigit() and len(position) <= MOST_DIGITS):
            raise _unknown()
        return cursor


def _unknown() -> Wrong:
    return Wrong(_("This cursor is none that was given out. Please begin with the first page."), "cursor")
