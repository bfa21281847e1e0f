"""What came of the latest orders: figures read from rows, never kept by hand."""

import datetime as dt
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from shop.catalog.queries import Kept
from shop.orders.models import OrderLine
from shop.storefront.shelf import share

DAY = dt.timedelta(hours=24)
MONTH = dt.timedelta(days=30)
# The newest so many speak for the rest, and bound what a page reads; more are said to be more.
SAMPLE = 1000
LATEST = 4


class Delivered(NamedTuple):
    delivered_at: dt.datetime
    paid_at: dt.datetime
    promised_by: dt.datetime
    title: str
    face: str

    @property
    def seconds(self) -> float:
        return (self.delivered_at - self.paid_at).total_seconds()


class Refunded(NamedTuple):
    refunded_at: dt.datetime
    refunded_amount: int
    title: str
    face: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """One line of the live card: delivered after `seconds`, or `refunded` minor units at its deadline."""

    at: dt.datetime
    what: str
    seconds: float | None = None
    refunded: int | None = None


@dataclass(frozen=True, slots=True)
class Live:
    """The figures of the last day, or of the last 30 days where the last day was empty; times in seconds."""

    daily: bool
    delivered: int
    refunded: int
    more: bool
    median: float | None
    kept: str
    outcomes: Sequence[Outcome]


def live(now: dt.datetime) -> Live:
    """What the latest orders came to; two queries."""
    delivered, refunded = _delivered(now), _refunded(now)
    daily = any(moment > now - DAY for moment in (*(d[0] for d in delivered[:1]), *(r[0] for r in refunded[:1])))
    since = now - (DAY if daily else MONTH)
    delivered = [row for row in delivered if row.delivered_at > since]
    refunded = [row for row in refunded if row.refunded_at > since]
    on_time = sum(row.delivered_at <= row.promised_by for row in delivered)
    return Live(
        daily=daily,
        delivered=len(delivered),
        refunded=len(refunded),
        more=max(len(delivered), len(refunded)) >= SAMPLE,
        median=statistics.median(row.seconds for row in delivered) if delivered else None,
        kept=share(Kept(len(delivered), on_time, len(refunded))),
        outcomes=_outcomes(delivered, refunded),
    )


def _delivered(now: dt.datetime) -> list[Delivered]:
    rows = OrderLine.objects.filter(delivered_at__gt=now - MONTH, delivered_at__lte=now)
    newest = rows.order_by("-delivered_at").values_list(*Delivered._fields)[:SAMPLE]
    return [Delivered(*row) for row in newest]


def _refunded(now: dt.datetime) -> list[Refunded]:
    rows = OrderLine.objects.filter(refunded_at__gt=now - MONTH, refunded_at__lte=now, delivered=0)
    newest = rows.order_by("-refunded_at").values_list(*Refunded._fields)[:SAMPLE]
    return [Refunded(*row) for row in newest]


def _outcomes(delivered: Sequence[Delivered], refunded: Sequence[Refunded]) -> list[Outcome]:
    good = [Outcome(row.delivered_at, f"{row.title} {row.face}", seconds=row.seconds) for row in delivered[:LATEST]]
    back = [Outcome(row.refunded_at, f"{row.title} {row.face}", refunded=row.refunded_amount) for row in refunded[:LATEST]]
    return sorted(good + back, key=lambda outcome: outcome.at, reverse=True)[:LATEST]
