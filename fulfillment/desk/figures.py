"""What was sold: today beside the same weekday, and day by day. Days are those of the installation's time zone."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils import timezone

DAYS = 30
WEEK = dt.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Sold:
    """What was paid for in a stretch of time, and what went back of it. Amounts are minor units."""

    since: dt.datetime
    until: dt.datetime
    orders: int = 0
    amount: int = 0
    refunded: int = 0

    @property
    def link(self) -> str:
        """The list of these lines."""
        told = {"paid_at__gte": self.since.isoformat(), "paid_at__lt": self.until.isoformat()}
        return f"{reverse('admin:orders_orderline_changelist')}?{urlencode(told)}"

    @property
    def refunded_link(self) -> str:
        """The list of those of which something went back: also a line that was delivered in part."""
        return f"{self.link}&refunded_amount__gt=0"


@dataclass(frozen=True, slots=True)
class Today:
    """Today so far, and the same weekday of last week until the same time."""

    now: Sold
    then: Sold

    @property
    def change(self) -> int | None:
        """By how many percent today's amount is more, or less; None where there is nothing to compare with."""
        return round(100 * (self.now.amount - self.then.amount) / self.then.amount) if self.then.amount else None


def today(lines: QuerySet[Any], now: dt.datetime) -> Today:
    """Figures of these lines; one query."""
    # Clocks may have been changed since last week: local times are moved, not moments.
    local = timezone.localtime(now)
    midnight = _midnight(local.date())
    spans = {"now": (midnight, now), "then": (midnight - WEEK, local - WEEK)}
    wanted: dict[str, Any] = {}
    for name, (since, until) in spans.items():
        within = Q(paid_at__gte=since, paid_at__lt=until)
        wanted |= {f"{name}_{key}": value for key, value in _sums(within).items()}
    # The bound keeps the other years out of what is read.
    found = lines.order_by().filter(paid_at__gte=midnight - WEEK).aggregate(**wanted)
    return Today(**{name: _sold(span, found, f"{name}_") for name, span in spans.items()})


def by_day(lines: QuerySet[Any], now: dt.datetime) -> list[Sold]:
    """The last 30 days of these lines, the oldest first, also days without any; one query."""
    last = timezone.localtime(now).date()
    days = [last - dt.timedelta(days=n) for n in reversed(range(DAYS))]
    rows = lines.order_by().filter(paid_at__gte=_midnight(days[0])).annotate(day=TruncDate("paid_at"))
    found = {row["day"]: row for row in rows.values("day").annotate(**_sums(Q()))}
    return [_sold((_midnight(day), _midnight(day + dt.timedelta(days=1))), found.get(day, {}), "") for day in days]


def _sums(within: Q) -> dict[str, Any]:
    return {
        "orders": Count("order", distinct=True, filter=within),
        "amount": Sum("total", filter=within),
        "refunded": Sum("refunded_amount", filter=within),
    }


def _sold(span: tuple[dt.datetime, dt.datetime], found: dict[str, Any], prefix: str) -> Sold:
    orders, amount, refunded = (found.get(f"{prefix}{name}") or 0 for name in ("orders", "amount", "refunded"))
    return Sold(*span, orders=orders, amount=amount, refunded=refunded)


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


@dataclass(frozen=True, slots=True)
class Bar:
    """One day of the chart; places and sizes are units of its view box."""

    day: Sold
    x: float
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars from the floor of a box WIDTH by HEIGHT; `top` is the amount that its upper edge stands for, in minor units."""

    bars: Sequence[Bar]
    top: int

    WIDTH = 600
    HEIGHT = 120
    BAR = 14

    @property
    def middle(self) -> int:
        return self.top // 2


def chart(days: Sequence[Sold]) -> Chart:
    """The amounts as bars, drawn to a round top."""
    top = _round_top(max((day.amount for day in days), default=0))
    step = Chart.WIDTH / max(1, len(days))
    heights = [Chart.HEIGHT * day.amount / top for day in days]
    bars = [
        Bar(day, round(n * step + (step - Chart.BAR) / 2, 1), round(Chart.HEIGHT - height, 1), round(height, 1))
        for n, (day, height) in enumerate(zip(days, heights, strict=True))
    ]
    return Chart(bars, top)


def _round_top(most: int) -> int:
    """1, 2 or 5 times a power of ten that is no less: what an axis is read by."""
    power = int(10 ** max(2, len(str(most)) - 1))
    return next(top for top in (power, 2 * power, 5 * power, 10 * power) if top >= most)
