import datetime as dt

from kameng.tasks.lanes import FAST, SLOW
from kameng.tasks.registry import controller, each
from shop.payments.leftover import return_leftover, with_rest
from shop.payments.pay import pay, settleable
from shop.payments.send_back import send_back, sendable
from shop.payments.sweep import ask, queryable


@controller("pay", lane=FAST, due=lambda now: bool(settleable(now)))
def settle_orders(now: dt.datetime) -> int:
    """Make orders paid that got money."""
    return each(settleable(now), lambda pk: pay(order_id=pk, now=now))


@controller("leftover", lane=FAST, due=lambda now: bool(with_rest(now)))
def return_leftovers(now: dt.datetime) -> int:
    """Give back what stayed on orders' accounts."""
    return each(with_rest(now), lambda pk: return_leftover(order_id=pk, now=now))


@controller("query", lane=SLOW, due=lambda now: bool(queryable(now)))
def ask_gateways(now: dt.datetime) -> int:
    """Ask about silent payments, close those of orders that are over."""
    return each(queryable(now), lambda pk: ask(payment_id=pk, now=now))


@controller("refund", lane=SLOW, due=lambda now: bool(sendable(now)))
def send_refunds(now: dt.datetime) -> int:
    """Carry refunds to their gateways."""
    return each(sendable(now), lambda pk: send_back(refund_id=pk, now=now))
