"""Goods that ask where they go, and forms filled in for them."""

from typing import Any

from shop.catalog.models import Kind, Listing, Sku
from tests import factories

ROLE: dict[str, Any] = {
    "key": "role",
    "type": "role-id",
    "label": "Role ID",
    "params": {"shortest": 9, "longest": 10},
}
QQ: dict[str, Any] = {"key": "qq", "type": "qq", "label": "QQ", "required": False}


def top_up(*fields: dict[str, Any], of: Listing | None = None, **changes: Any) -> Sku:
    """A top-up by hand at ¥98.00 that asks for these fields: a role id and perhaps a QQ number, if not told."""
    asks = list(fields) or [ROLE, QQ]
    return factories.by_hand(of=of, kind=Kind.TOP_UP, recipient_fields=asks, **changes)


def to(sku: Sku, **values: str) -> dict[str, str]:
    """Values as the form of this SKU sends them."""
    return {f"to{sku.pk}-{key}": value for key, value in values.items()}
