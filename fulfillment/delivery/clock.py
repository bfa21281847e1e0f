"""The refund deadline: what was not delivered by then is paid back by itself."""

import datetime as dt

from fulfillment.delivery.pay_back import Why, pay_back
from kameng.lib import failpoints
from kameng.tasks.failing import first
from shop.orders.models import WAITING_LINES, OrderLine
from shop.orders.rows import lock_order

DEADLINE = Why("clock", "refund deadline")


def refund_overdue(*, line_id: int, now: dt.datetime) -> bool:
    """A waiting line past its deadline gets its money back for all that was not delivered; see `pay_back`.

    False, and nothing changed, when it is not due or was delivered first: the guarded update of the line decides.
    """
    order_id = OrderLine.objects.values_list("order_id", flat=True).get(pk=line_id)
    with failpoints.commit("refund"):
        order = lock_order(order_id)
        line = OrderLine.objects.select_for_update(of=("self",)).select_related("merchant").get(pk=line_id)
        if line.status not in WAITING_LINES or line.refund_by is None or line.refund_by > now:
            return False
        pay_back(line=line, order=order, why=DEADLINE, now=now)
        return True


def overdue(now: dt.datetime) -> list[int]:
    """Keys of waiting lines past their refund deadline, oldest first, at most 200."""
    rows = OrderLine.objects.filter(status__in=WAITING_LINES, refund_by__lte=now)
    return first(rows.order_by("refund_by"))
