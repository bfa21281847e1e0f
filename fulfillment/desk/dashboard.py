"""The admin's first page: what waits for this person now, then how the shop does."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from fulfillment.delivery.models import Fulfillment, FulfillmentStatus, HandDelivery, Shipment, ShipmentStatus
from fulfillment.desk.cover import running_low
from fulfillment.desk.figures import by_day, chart, today
from kameng.lib import clock
from kameng.notices.models import Alarm
from shop.approvals.models import Approval
from shop.approvals.two_people import waiting
from shop.catalog.models import Sku
from shop.inventory.models import Batch
from shop.inventory.queries import sold_out
from shop.orders.models import LineStatus, OrderLine
from shop.payments.models import Refund, RefundStatus

#: Counted no further: more than this is "a lot".
ENOUGH = 100
#: So many of the queue stand on the page itself.
QUEUED = 6


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that waits: how to name it, which rows it is, and how the list of them is opened."""

    title: str | Promise
    icon: str
    model: type[Model]
    rows: Callable[[QuerySet[Any]], QuerySet[Any]]
    query: str


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """The context of unfold's index: what waits, a card for each kind of work and the most urgent rows; then the figures.

    Each part is there for those who may see its rows, and is made of the rows that they may see.
    """
    now = clock.now()
    cards = [_card(request, each) for each in WAITING if _page(each.model).has_view_permission(request)]
    told: dict[str, Any] = {"waiting": cards, "title": _("What must be done now"), "now": now}
    if _page(HandDelivery).has_view_permission(request):
        told["queue"] = list(_page(HandDelivery).get_queryset(request).order_by("paid_seq")[:QUEUED])
    if _page(Sku).has_view_permission(request):
        told["low"] = running_low(_page(Sku).get_queryset(request), now)
        told["may_import"] = _page(Batch).has_add_permission(request)
        told["may_put"] = _page(Sku).has_change_permission(request)
    if _page(OrderLine).has_view_permission(request):
        lines = _page(OrderLine).get_queryset(request)
        days = by_day(lines, now)
        told |= {"today": today(lines, now), "days": days, "chart": chart(days)}
    return context | told


def _page(model: type[Model]) -> Any:
    return admin.site._registry[model]


def _card(request: HttpRequest, waiting: Waiting) -> dict[str, Any]:
    page = _page(waiting.model)
    count = waiting.rows(page.get_queryset(request)).order_by()[: ENOUGH + 1].count()
    meta = waiting.model._meta
    link = reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist") + waiting.query
    shown = f"{ENOUGH}+" if count > ENOUGH else str(count)
    return {"title": waiting.title, "icon": waiting.icon, "count": count, "shown": shown, "link": link}


def _sold_out(skus: QuerySet[Any]) -> QuerySet[Any]:
    return sold_out(skus.filter(on_sale=True), clock.now())


WAITING = (
    Waiting(_("To be delivered by hand"), "front_hand", HandDelivery, lambda rows: rows, ""),
    Waiting(_("Wait for a second person"), "how_to_reg", Approval, lambda rows: waiting(clock.now(), rows), ""),
    Waiting(_("Open alarms"), "notifications", Alarm, lambda rows: rows.filter(closed_at=None), ""),
    Waiting(
        _("Lines on hold"),
        "pan_tool",
        OrderLine,
        lambda rows: rows.filter(status=LineStatus.ON_HOLD),
        f"?status__exact={LineStatus.ON_HOLD}",
    ),
    Waiting(
        _("Refunds to be paid by hand"),
        "undo",
        Refund,
        lambda rows: rows.filter(status=RefundStatus.MANUAL),
        f"?status__exact={RefundStatus.MANUAL}",
    ),
    Waiting(
        _("Deliveries that did not work"),
        "local_shipping",
        Fulfillment,
        lambda rows: rows.filter(Q(status=FulfillmentStatus.RETRY) | Q(status=FulfillmentStatus.NEEDS_ATTENTION)),
        f"?status__in={FulfillmentStatus.RETRY},{FulfillmentStatus.NEEDS_ATTENTION}",
    ),
    Waiting(
        _("Parcels that did not arrive"),
        "package_2",
        Shipment,
        lambda rows: rows.filter(status=ShipmentStatus.STALLED),
        f"?status__exact={ShipmentStatus.STALLED}",
    ),
    Waiting(_("Sold out, but on sale"), "key_off", Sku, _sold_out, "?on_sale__exact=1&stock=none"),
)
