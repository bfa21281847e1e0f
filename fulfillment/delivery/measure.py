"""Measured delivery times of the last 30 days, for the promise on the product page."""

import datetime as dt
import math

from django.db.models import Max

from kameng.tasks.failing import first
from shop.catalog.models import Sku, SkuStats
from shop.catalog.stats import Figures, write_stats
from shop.orders.models import OrderLine

WINDOW = dt.timedelta(days=30)
EVERY = dt.timedelta(minutes=1)
# A measurement that was interrupted is made up for within this time.
GRACE = dt.timedelta(minutes=10)
# More than enough for a stable percentile, and a bound on what one measurement reads.
SAMPLE = 5_000


def measure(*, sku_id: int, now: dt.datetime) -> None:
    """Write median and 90th percentile (nearest rank) from payment to delivery, and how many kept their promise."""
    recent = OrderLine.objects.filter(sku_id=sku_id, delivered_at__gt=now - WINDOW, delivered_at__lte=now)
    rows = recent.order_by("-delivered_at").values_list("paid_at", "delivered_at", "promised_by")[:SAMPLE]
    taken, on_time = [], 0
    for paid_at, delivered_at, promised_by in rows:
        if paid_at and delivered_at and promised_by:
            taken.append(round((delivered_at - paid_at).total_seconds() * 1000))
            on_time += delivered_at <= promised_by
    taken.sort()
    late = OrderLine.objects.filter(sku_id=sku_id, refunded_at__gt=now - WINDOW, delivered=0).count()
    figures = Figures(len(taken), on_time, late, rank(taken, 50), rank(taken, 90))
    write_stats(sku_id=sku_id, figures=figures, now=now)


def rank(ordered: list[int], percent: int) -> int | None:
    """The nearest-rank percentile of ascending values; None of nothing."""
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)] if ordered else None


def unmeasured(now: dt.datetime) -> list[int]:
    """SKUs with an outcome newer than their figures, which are at least a minute old; at most 100.

    Looks back a little before the newest figures only, so that the question stays cheap in a shop with a long past.
    """
    measured = dict(SkuStats.objects.values_list("sku_id", "measured_at"))
    since = max(measured.values(), default=now - WINDOW + GRACE) - GRACE
    newest: dict[int, dt.datetime] = {}
    for column in ("delivered_at", "refunded_at"):
        span = {f"{column}__gt": since, f"{column}__lte": now}
        for row in OrderLine.objects.filter(**span).values("sku_id").annotate(last=Max(column)):
            newest[row["sku_id"]] = max(row["last"], newest.get(row["sku_id"], row["last"]))
    due = [pk for pk, last in newest.items() if pk not in measured or measured[pk] < min(last, now - EVERY)]
    return first(Sku.objects.filter(pk__in=due).order_by("pk"), at_most=100) if due else []
