"""One row of every model with a status, put into any state, whatever the rules say."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet

from fulfillment.delivery.models import Fulfillment, Shipment
from kameng.lib.transitions import Stateful
from shop.approvals.models import Approval
from shop.inventory.models import TAKEN, Reservation, StockUnit
from shop.orders.models import Order, OrderLine
from shop.payments.models import Destination, Payment, Refund
from tests import factories

NOON = factories.NOON


def order() -> Order:
    return factories.place_order(now=NOON)


def line() -> OrderLine:
    return factories.line_of(order())


def unit() -> StockUnit:
    what = factories.sku(units=1)
    Reservation.objects.create(sku=what, quantity=1, holder="user:1", until=NOON)
    return StockUnit.objects.get(sku=what)


def payment() -> Payment:
    return Payment.objects.create(
        order=order(), account=factories.gateway_account(), currency="CNY", amount=1, started_at=NOON
    )


def refund() -> Refund:
    paid = payment()
    to = Destination.SOURCE
    return Refund.objects.create(
        payment=paid, order=paid.order, destination=to, amount=1, reason="a test", requested_at=NOON
    )


def fulfillment() -> Fulfillment:
    return Fulfillment.objects.create(line=line(), paid_seq=1, next_try_at=NOON)


def shipment() -> Shipment:
    return Shipment.objects.create(line=line())


def approval() -> Approval:
    told = {"reason": "a test", "asked_by": "user:1", "asked_at": NOON, "ends_at": NOON}
    return Approval.objects.create(act="export", subject="batch:1", **told)


MAKERS: dict[type[Stateful], Callable[[], Any]] = {
    Order: order,
    OrderLine: line,
    StockUnit: unit,
    Payment: payment,
    Refund: refund,
    Fulfillment: fulfillment,
    Shipment: shipment,
    Approval: approval,
}


def columns(row: Stateful, status: str) -> dict[str, Any]:
    """What the database asks of a row in this status beside the status itself."""
    if isinstance(row, StockUnit):
        claim = Reservation.objects.get(sku=row.sku_id) if status in TAKEN else None
        return {"reservation": claim, "holder": "user:1" if claim else ""}
    if isinstance(row, Payment):
        at: dt.datetime | None = NOON if status == "CONFIRMED" else None
        return {"received": 1 if at else None, "confirmed_at": at}
    return {}


def force(row: Stateful, status: str) -> None:
    """Put the row into a status as no verb may."""
    type(row)._default_manager.filter(pk=row.pk).update(**columns(row, status) | {"status": status})
    row.refresh_from_db()


def stored(row: Stateful) -> dict[str, Any]:
    """The row's columns, as the database has them."""
    return dict(type(row)._default_manager.filter(pk=row.pk).values().get())


def events(row: Stateful) -> list[tuple[str, str]]:
    """The steps of the row, in order."""
    return list(_events(row).values_list("from_status", "to_status"))


def last_event(row: Stateful) -> tuple[dt.datetime, str, str]:
    """When the row's last step was taken, by whom and why."""
    at, actor, reason = _events(row).values_list("at", "actor", "reason").reverse()[0]
    return at, actor, reason


def _events(row: Stateful) -> QuerySet[Any]:
    return row.event_model()._default_manager.filter(**{row.event_subject(): row}).order_by("pk")
