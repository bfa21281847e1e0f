"""The unpaid orders that a browser may see: where somebody who may not order more can go on."""

import datetime as dt

from django.db.models import Q
from django.http import HttpRequest

from shop.orders.access import SESSION_KEY, may_see
from shop.orders.models import Order, OrderStatus

SHOWN = 5


def unpaid_orders(request: HttpRequest, now: dt.datetime) -> list[Order]:
    """Orders of this member or of this browser that wait for payment, newest first, at most five."""
    mine = Q(number__in=list(request.session.get(SESSION_KEY, {})))
    if request.user.is_authenticated:
        mine |= Q(user=request.user)
    rows = Order.objects.filter(mine, status=OrderStatus.PENDING, reserved_until__gt=now).order_by("-placed_at", "-pk")[
        :SHOWN
    ]
    return [order for order in rows if may_see(request, order)]
