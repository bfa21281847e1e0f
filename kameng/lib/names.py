"""Names in a row, as the reader's language writes them."""

from collections.abc import Iterable

from django.utils.translation import pgettext


def listed(names: Iterable[str]) -> str:
    """Each name once, in their order, with the language's own comma between them; empty for none."""
    return pgettext("between names", ", ").join(dict.fromkeys(names))
