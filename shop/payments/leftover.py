"""Money that stayed on an order's account: late, over or under what was due. It never stays for ever."""

import datetime as dt

from django.db.models import Sum

from kameng.lib import failpoints
from kameng.tasks.failing import first
from shop.ledger.models import AccountKind
from shop.ledger.post import account, post
from shop.orders.expire import LATE_WINDOW
from shop.orders.models import Order, OrderStatus
from shop.orders.rows import lock_order
from shop.payments.due import received
from shop.payments.models import Refund, RefundStatus
from shop.payments.refunds import Ask, request

#: A guest may still use the money from the order's page; after this it goes back to where it came from.
GUEST_WAITS = dt.timedelta(hours=72)
#: Refunds whose money is still on the order's account.
PROMISED = (RefundStatus.REQUESTED, RefundStatus.MANUAL)


def leftover(order: Order) -> int:
    """Minor units on the order's account that no line and no refund will take."""
    if order.status == OrderStatus.PENDING:
        return 0
    promised: int | None = Refund.objects.filter(order=order, status__in=PROMISED).aggregate(n=Sum("amount"))["n"]
    return received(order) - (promised or 0)


def free_at(order: Order) -> dt.datetime | None:
    """When the leftover goes by itself: None while the order may still use it."""
    match order.status:
        case OrderStatus.EXPIRED:
            final: dt.datetime | None = order.reserved_until + LATE_WINDOW
        case OrderStatus.PAID:
            final = order.paid_at
        case OrderStatus.CANCELED | OrderStatus.COMPLETED:
            final = order.closed_at
        case _:
            final = None
    if final is None:
        return None
    return final if order.user_id else final + GUEST_WAITS


def return_leftover(*, order_id: int, now: dt.datetime) -> int:
    """A member's leftover → wallet, a guest's → refunds to the source; returns minor units moved, 0 when it is not time.

    Sets when to look again, or that there is nothing left to look for.
    """
    with failpoints.commit("leftover"):
        order = lock_order(order_id)
        amount, due = leftover(order), free_at(order)
        ready = amount > 0 and due is not None and due <= now
        if ready:
            _move(order, amount, now)
        # While money may still be used, its time is looked at again; at the latest when the late window is over.
        again = due or order.reserved_until + LATE_WINDOW
        waiting = not ready and (amount > 0 or order.status == OrderStatus.PENDING)
        Order.objects.filter(pk=order.pk).update(rest_due_at=again if waiting else None)
        return amount if ready else 0


def _move(order: Order, amount: int, now: dt.datetime) -> None:
    if order.user_id is None:
        request(ask=Ask(order, amount, "left over"), now=now, actor="clock")
        return
    source = account(owner=order.owner, kind=AccountKind.ORDER, currency=order.currency)
    wallet = account(owner=f"user:{order.user_id}", kind=AccountKind.WALLET, currency=order.currency)
    turn = source.entries.filter(journal__key__startswith=f"order:{order.pk}:rest:").count() + 1
    post(key=f"order:{order.pk}:rest:{turn}", moves=[(source, -amount), (wallet, amount)], now=now)


def with_rest(now: dt.datetime) -> list[int]:
    """Keys of orders whose leftover is to be looked at, oldest first, at most 100."""
    rows = Order.objects.filter(rest_due_at__lte=now)
    return first(rows.order_by("rest_due_at"), at_most=100)
