"""What the demo's goods are made of: invented brands only."""

import itertools
import math
from dataclasses import dataclass
from typing import Any

from shop.catalog.models import Kind, Mode

HALF_HOUR = 30 * 60
DAY = 24 * 3600
#: One field of a recipient, as `Sku.recipient_fields` keeps it.
Field = dict[str, Any]


@dataclass(frozen=True)
class Good:
    """One SKU: face value, price and list price in fen, how many units, tiers as (from, unit price), clocks in seconds.

    `promise` and `refund` are those of its way of delivery, if not told.
    """

    value: str
    unit: str
    price: int
    stock: int
    list_price: int | None = None
    tiers: tuple[tuple[int, int], ...] = ()
    uses: int = 1
    promise: int = 0
    refund: int = 0


@dataclass(frozen=True)
class Product:
    """One listing with its SKUs, which are all of one kind, delivered in one way, and ask for the same.

    `said` are the parts of which the public descriptions of its units are made, where no two are alike.
    """

    slug: str
    title: str
    brand: str
    glyph: str
    category: str
    merchant: str
    summary: str
    goods: tuple[Good, ...]
    region: str = ""
    warning: str = ""
    steps: str = ""
    prefix: str = "KM"
    kind: Kind = Kind.CARD_KEY
    mode: Mode = Mode.AUTO
    asks: tuple[Field, ...] = ()
    said: tuple[tuple[str, ...], ...] = ()

    def description(self, number: int) -> str:
        """What is said of its unit of this number; no two say the same until all is said."""
        every = list(itertools.product(*self.said))
        # Neighbours in the list differ in more than their last part.
        step = next(n for n in range(len(every) // 3 + 1, len(every) + 2) if math.gcd(n, len(every)) == 1)
        return " · ".join(every[number * step % len(every)])


#: Promise and refund deadline by way of delivery.
CLOCKS: dict[str, tuple[int, int]] = {
    Mode.AUTO: (60, HALF_HOUR),
    Mode.MANUAL: (HALF_HOUR, DAY),
    Mode.SHIPMENT: (2 * DAY, 4 * DAY),
}
