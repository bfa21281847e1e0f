"""Which of a visitor's orders are asked for: tabs, words, and how many there are of each."""

import datetime as dt
from dataclasses import dataclass
from functools import reduce
from operator import and_

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, TextChoices
from django.utils.translation import pgettext_lazy

from fulfillment.tracking.pipeline import ARRIVED
from kameng.lib import ids
from kameng.lib.text import undashed
from shop.catalog.queries import MOST_WORDS, says
from shop.orders.models import WAITING_LINES, LineStatus, Order, OrderLine, OrderStatus
from shop.payments.models import Refund

#: Shorter than this, a piece of an order's number is no piece of one.
SHORTEST_NUMBER = 4
_FIELDS = ("title", "face", "merchant__name")


class Tab(TextChoices):
    ALL = "all", pgettext_lazy("orders", "All")
    UNPAID = "unpaid", pgettext_lazy("orders", "To pay")
    RUNNING = "running", pgettext_lazy("orders", "Under way")
    DONE = "done", pgettext_lazy("orders", "Arrived")
    REFUNDS = "refunds", pgettext_lazy("orders", "Refunds")


@dataclass(frozen=True, slots=True)
class Counted:
    """A tab with the number of orders behind it."""

    tab: Tab
    count: int


def counted(orders: QuerySet[Order], now: dt.datetime) -> list[Counted]:
    """Every tab with its number; one query."""
    rows = orders.order_by().annotate(**{f"in_{tab}": within for tab, within in _conditions(now).items()})
    sums = rows.aggregate(all=Count("pk"), **{tab: Count("pk", filter=Q(**{f"in_{tab}": True})) for tab in _conditions(now)})
    return [Counted(tab, sums[tab.value]) for tab in Tab]


def within(orders: QuerySet[Order], tab: Tab, now: dt.datetime) -> QuerySet[Order]:
    """The orders of one tab."""
    return orders if tab is Tab.ALL else orders.filter(_conditions(now)[tab.value])


def _conditions(now: dt.datetime) -> dict[str, Q | Exists]:
    lines = OrderLine.objects.filter(order=OuterRef("pk"))
    under_way = Exists(lines.filter(status__in=[*WAITING_LINES, LineStatus.SHIPPED]))
    money_back = Exists(lines.filter(refunded_amount__gt=0)) | Exists(Refund.objects.filter(order=OuterRef("pk")))
    return {
        Tab.UNPAID.value: Q(status=OrderStatus.PENDING) & (Q(reserved_until__gt=now) | Q(pay_due_at__isnull=False)),
        Tab.RUNNING.value: under_way,
        Tab.DONE.value: Q(~under_way) & Q(Exists(lines.filter(status__in=ARRIVED))),
        Tab.REFUNDS.value: Q(money_back),
    }


def matching(query: str) -> Q:
    """Orders with this number, or a piece of it, or with every word of a cleaned query on one of their lines."""
    words = query.split()[:MOST_WORDS]
    if not words:
        return Q()
    lines = OrderLine.objects.filter(reduce(and_, (says(word, _FIELDS) for word in words)), order=OuterRef("pk"))
    number = ids.typed(undashed(query))
    known = len(number) >= SHORTEST_NUMBER and set(number) <= set(ids.CROCKFORD)
    found = Q(Exists(lines))
    return found | Q(number__contains=number) if known else found
