"""What the buyers of a SKU are asked: what goods of its kind cannot be sold without, and the verb that changes it."""

import base64
import hashlib
import json
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kameng.lib.inputs.address import Address
from kameng.lib.inputs.specs import FieldSpec, dump
from kameng.lib.transitions import Refused
from shop.catalog.models import Kind, Sku


class Lacking(Refused):
    """Goods that are on sale would ask for too little to be delivered."""


class ChangedMeanwhile(Refused):
    """Somebody else changed the fields since they were read."""


def lacking(kind: str, fields: Sequence[FieldSpec]) -> str:
    """What these fields lack for goods of this kind to be sold, in words; empty where they lack nothing."""
    needed = [field for field in fields if field.required]
    if kind == Kind.TOP_UP and not needed:
        return _("A top-up goes to somebody's account: its buyers have to fill in one field at least, such as a role id.")
    if kind == Kind.PHYSICAL and not any(isinstance(field.kind, Address) for field in needed):
        return _("A physical card goes by courier: its buyers have to fill in a postal address.")
    return ""


def held_fields(sku_id: int) -> tuple[FieldSpec, ...]:
    """What the SKU asks for, which nobody changes until the transaction around this ends; none where it is no field."""
    return Sku.objects.select_for_update(no_key=True).only("recipient_fields").get(pk=sku_id).told_fields


def mark(stored: Any) -> str:
    """Names exactly these stored fields, for `ask` to see that nobody changed them since."""
    told = json.dumps(stored, ensure_ascii=False, sort_keys=True)
    return base64.urlsafe_b64encode(hashlib.sha256(told.encode()).digest()[:12]).decode()


def ask(*, sku_id: int, fields: Sequence[FieldSpec], seen: str) -> Any:
    """Ask the buyers of this SKU for these fields from now on; returns what was stored before, as JSON.

    Orders that were placed keep what they stored. Raises ChangedMeanwhile where the stored fields are not those that the
    mark `seen` names, and Lacking where the SKU is on sale and these are too few for its kind.
    """
    with transaction.atomic(durable=True):
        sku = Sku.objects.select_for_update(no_key=True).get(pk=sku_id)
        before = sku.recipient_fields
        if mark(before) != seen:
            raise ChangedMeanwhile(_("Somebody else has changed these fields since you opened this page."))
        if sku.on_sale and (lack := lacking(sku.kind, fields)):
            raise Lacking(_("%(lack)s To take it away, take the SKU off sale first.") % {"lack": lack})
        sku.recipient_fields = dump(fields)
        sku.save(update_fields=["recipient_fields"])
    return before
