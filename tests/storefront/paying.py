"""An unpaid order, its buyer's browser, and a payment under way."""

import datetime as dt
from typing import Any

from django.urls import reverse

from shop.orders.models import Order
from shop.payments.models import Payment
from tests.factories import NOON
from tests.payments.world import started
from tests.storefront.shopper import Seen, Shopper

LATER = NOON + dt.timedelta(minutes=16)


def owner(order: Order) -> Shopper:
    """The guest's browser that may see the order."""
    shopper = Shopper()
    shopper.get("/")
    session = shopper.client.session
    session["orders"] = {order.number: order.token}
    session.save()
    return shopper


def url(order: Order, name: str = "pay") -> str:
    return reverse(name, args=[order.number])


def look(order: Order) -> Seen:
    return owner(order).get(url(order))


def attempt(order: Order | None = None, **changes: Any) -> Payment:
    payment = started(order)
    Payment.objects.filter(pk=payment.pk).update(**changes)
    return payment
