import datetime as dt

from kameng.tasks.lanes import FAST
from kameng.tasks.registry import controller, each
from shop.orders.complete import complete, undisputed
from shop.orders.expire import expire, overdue
from shop.orders.link import answer, asked_for


@controller("expire", lane=FAST, due=lambda now: bool(overdue(now)))
def expire_unpaid(now: dt.datetime) -> int:
    """Close unpaid orders whose time is over."""
    return each(overdue(now), lambda pk: expire(order_id=pk, now=now))


@controller("complete", lane=FAST, due=lambda now: bool(undisputed(now)))
def complete_undisputed(now: dt.datetime) -> int:
    """Release escrow of lines whose complaint window is over."""
    return each(undisputed(now), lambda pk: complete(line_id=pk, now=now))


@controller("lookup", lane=FAST, due=lambda now: bool(asked_for(now)))
def answer_look_ups(now: dt.datetime) -> int:
    """Send links to those who know number and address of an order."""
    return each(asked_for(now), lambda pk: answer(lookup_id=pk, now=now))
