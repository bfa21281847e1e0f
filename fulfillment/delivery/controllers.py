import datetime as dt

from fulfillment.delivery.clock import overdue, refund_overdue
from fulfillment.delivery.deliver import deliver, undelivered
from fulfillment.delivery.manual import forget, forgotten
from fulfillment.delivery.measure import measure, unmeasured
from fulfillment.delivery.shipping import late_parcels, stall
from fulfillment.delivery.verify import unverified, verify
from kameng.tasks.lanes import FAST, SLOW
from kameng.tasks.registry import controller, each


@controller("verify", lane=FAST, due=lambda now: bool(unverified(now)))
def verify_paid(now: dt.datetime) -> int:
    """Verify paid lines, first paid first."""
    return each(unverified(now), lambda pk: verify(line_id=pk, now=now))


@controller("deliver", lane=FAST, due=lambda now: bool(undelivered(now)))
def deliver_verified(now: dt.datetime) -> int:
    """Deliver verified lines, first paid first."""
    return each(undelivered(now), lambda pk: deliver(line_id=pk, now=now))


@controller("clock", lane=FAST, due=lambda now: bool(overdue(now)))
def refund_late(now: dt.datetime) -> int:
    """Pay back what was not delivered by its deadline."""
    return each(overdue(now), lambda pk: refund_overdue(line_id=pk, now=now))


@controller("forget", lane=FAST, due=lambda now: bool(forgotten(now)))
def forget_taken(now: dt.datetime) -> int:
    """Put back lines that were taken up and left alone."""
    return each(forgotten(now), lambda pk: forget(fulfillment_id=pk, now=now))


@controller("parcels", lane=FAST, due=lambda now: bool(late_parcels(now)))
def look_for_parcels(now: dt.datetime) -> int:
    """Bring parcels that did not arrive to a person."""
    return each(late_parcels(now), lambda pk: stall(shipment_id=pk, now=now))


@controller("measure", lane=SLOW, due=lambda now: bool(unmeasured(now)))
def measure_deliveries(now: dt.datetime) -> int:
    """Refresh delivery figures of SKUs with new outcomes."""
    return each(unmeasured(now), lambda pk: measure(sku_id=pk, now=now))
