"""Where a line goes: what its buyer confirmed, judged once more by the fields of this moment."""

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kameng.lib.inputs.base import Value
from kameng.lib.inputs.stored import Stored, keep
from kameng.lib.transitions import Refused
from shop.catalog.models import Sku


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
