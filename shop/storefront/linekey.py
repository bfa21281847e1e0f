"""The name of a line in a cart or an order to be: its SKU, and the unit that was chosen where no two are alike."""

import re

from shop.storefront.typed import whole

_REFERENCE = re.compile(r"[0-9a-f]{32}")

#: A SKU, and the reference of the chosen unit or nothing.
Key = tuple[int, str]


def line_key(sku_id: int, unit: str = "") -> str:
    """`12`, or `12-<reference>` of the chosen unit, as addresses, forms and ids carry it."""
    return f"{sku_id}-{unit}" if unit else f"{sku_id}"


def read_key(text: str | None) -> Key | None:
    """The SKU and the unit of such a name; None for anything else."""
    sku, dash, unit = (text or "").partition("-")
    pk = whole(sku)
    return (pk, read_unit(unit)) if pk and bool(dash) == bool(read_unit(unit)) else None


def read_unit(text: str | None) -> str:
    """The reference of a unit as it was sent; empty for anything else."""
    return text if text and _REFERENCE.fullmatch(text) else ""
