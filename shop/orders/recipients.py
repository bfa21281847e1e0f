"""Where a line goes: what its buyer confirmed, judged once more by the fields of this moment."""

import json
from collections.abc import Mapping
from functools import reduce
from operator import or_

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from kameng.lib.inputs.base import Value
from kameng.lib.inputs.stored import Stored, keep
from kameng.lib.text import folded
from kameng.lib.transitions import Refused
from shop.catalog.models import Sku
from shop.orders.models import OrderLine

#: Under these names stands, in what a line keeps of a field, something that its buyer typed.
_TYPED = ("value", "shown", "server", "detail")
#: Shorter than this everybody's would be found; longer, nobody's.
SHORTEST, LONGEST = 3, 200


class BadRecipient(Refused):
    """The values are not what the SKU asks for (any more)."""

    def __init__(self, sku: Sku) -> None:
        said = _("What %(what)s asks for has changed or is not complete. Nothing was ordered; please check where it goes.")
        super().__init__(said % {"what": sku})


def kept(sku: Sku, given: Mapping[str, Value]) -> list[Stored]:
    """What a line of this SKU keeps of the values by key; raises BadRecipient."""
    if not sku.recipient_fields and not given:
        return []
    try:
        return keep(sku.asks, given)
    except ValidationError as error:
        raise BadRecipient(sku) from error


def sent_to(lines: QuerySet[OrderLine], typed: str) -> QuerySet[OrderLine]:
    """Those of the lines of which some value of the recipient is exactly this, in any spacing, width or case.

    What a field keeps is searched as the database writes it, so that one question does on both databases.
    """
    term = " ".join(folded(typed).split())
    if not SHORTEST <= len(term) <= LONGEST:
        return lines.none()
    wanted = {term, term.replace(" ", "").replace("-", "")} - {""}
    plain = connection.vendor != "sqlite"
    texts = [f'"{name}": {json.dumps(text, ensure_ascii=not plain)}' for text in sorted(wanted) for name in _TYPED]
    fits = reduce(or_, (Q(recipient_text__icontains=text) for text in texts))
    return lines.exclude(recipient=[]).annotate(recipient_text=Cast("recipient", TextField())).filter(fits)
