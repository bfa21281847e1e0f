"""One product of the demo never arrives, so that everybody can watch the promise: the money comes back at its deadline.

Only its delivery is played: each attempt is noted as failed. Everything else, from the retries to the refund, is the shop's.
"""

import datetime as dt

from fulfillment.delivery.deliver import deliver, note_failure, undelivered
from kameng.tasks.known import controllers
from kameng.tasks.lanes import FAST
from kameng.tasks.registry import controller, each
from shop.orders.models import OrderLine

#: The slug of the listing.
NEVER = "tuikuan-yanshi"
PROBLEM = "DemoNeverDelivers"
REFUND_SECONDS = 60


def install() -> None:
    """Put the demo's controller of deliveries in the place of the shop's."""
    del controllers["deliver"]
    controller("deliver", lane=FAST, due=lambda now: bool(undelivered(now)))(deliver_or_fail)


def deliver_or_fail(now: dt.datetime) -> int:
    """Deliver verified lines, first paid first, but for those that are meant to fail."""
    return each(undelivered(now), lambda pk: _one(pk, now))


def _one(line_id: int, now: dt.datetime) -> bool:
    if OrderLine.objects.filter(pk=line_id, sku__listing__slug=NEVER).exists():
        note_failure(line_id=line_id, problem=PROBLEM, now=now)
        return True
    return deliver(line_id=line_id, now=now)
