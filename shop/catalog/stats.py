"""Delivery figures of a SKU, written from above."""

import datetime as dt
from dataclasses import asdict, dataclass

from shop.catalog.models import SkuStats


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of lines, and milliseconds from payment to delivery."""

    delivered: int
    on_time: int
    refunded_late: int
    median_ms: int | None
    p90_ms: int | None


def write_stats(*, sku_id: int, figures: Figures, now: dt.datetime) -> None:
    """Replace the SKU's figures."""
    SkuStats.objects.update_or_create(sku_id=sku_id, defaults=asdict(figures) | {"measured_at": now})
