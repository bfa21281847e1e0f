"""Orders for a merchant's own programs: paid lines of its own, and of their buyers no more than where it goes."""

import datetime as dt
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import Http404
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from kameng.lib import ids
from kameng.lib.api.errors import Wrong
from kameng.lib.api.pages import Pages
from shop.merchants.api import MerchantView
from shop.merchants.models import Merchant, Scope
from shop.orders.models import LineStatus, Order, OrderLine

#: Years of which somebody may ask; beyond them databases have dates of their own.
YEARS = range(2000, 2200)
TIMES = ("paid_at", "promised_by", "refund_by", "delivered_at", "complaint_by", "completed_at", "refunded_at")


class Orders(MerchantView):
    """GET: orders with a paid line of the merchant, newest first; `status` and `since` (paid then or later) choose by line."""

    scopes = {"GET": Scope.ORDERS_READ, "HEAD": Scope.ORDERS_READ}

    def get(self, request: Request) -> Response:
        lines = _paid(self.merchant)
        if status := request.query_params.get("status"):
            lines = lines.filter(status=_status(status))
        if since := request.query_params.get("since"):
            lines = lines.filter(paid_at__gte=_since(since))
        pages = Pages()
        rows = _with_lines(Order.objects.filter(pk__in=lines.values("order")), self.merchant)
        return pages.get_paginated_response([_told(order) for order in pages.paginate_queryset(rows, request, self)])


class OneOrder(MerchantView):
    """GET: one of these orders, by its number with or without separators."""

    scopes = {"GET": Scope.ORDERS_READ, "HEAD": Scope.ORDERS_READ}

    def get(self, request: Request, number: str) -> Response:
        found = Order.objects.filter(number=ids.typed(number), pk__in=_paid(self.merchant).values("order"))
        order = _with_lines(found, self.merchant).first()
        if order is None:
            raise Http404
        return Response(_told(order))


def _paid(merchant: Merchant) -> QuerySet[OrderLine]:
    return OrderLine.objects.filter(merchant=merchant, paid_at__isnull=False)


def _with_lines(orders: QuerySet[Order], merchant: Merchant) -> Any:
    return orders.prefetch_related(Prefetch("lines", _paid(merchant).order_by("pk"), to_attr="own"))


def _status(typed: str) -> str:
    if typed not in LineStatus.values:
        raise Wrong(_("There is no such status; there are: %(names)s.") % {"names": ", ".join(LineStatus.values)}, "status")
    return typed


def _since(typed: str) -> dt.datetime:
    try:
        # A plus that was not escaped comes as a space.
        moment = parse_datetime(typed.replace(" ", "+"))
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None or moment.year not in YEARS:
        raise Wrong(_("Please send a moment with its offset, like 2026-11-22T04:00:00Z."), "since")
    return moment


def _told(order: Any) -> dict[str, Any]:
    lines = [_line(line) for line in order.own]
    return {"number": order.number, "currency": order.currency, "placed_at": _iso(order.placed_at), "lines": lines}


def _line(line: OrderLine) -> dict[str, Any]:
    told = {
        "id": line.pk,
        "sku": line.sku_id,
        "title": line.title,
        "face": line.face,
        "kind": line.kind,
        "mode": line.mode,
        "status": line.status,
        "quantity": line.quantity,
        "delivered": line.delivered,
        "refunded": line.refunded_quantity + line.reversed_quantity,
        "unit_price": line.unit_price,
        "total": line.total,
    }
    times = {name: _iso(getattr(line, name)) for name in TIMES}
    # What is delivered from stock goes nowhere that its merchant should know.
    recipient = [_field(each) for each in line.recipient] if line.counted else []
    return told | times | {"recipient": recipient}


def _field(stored: Any) -> dict[str, Any]:
    return {name: stored.get(name, "") for name in ("key", "label", "type", "value")}


def _iso(moment: dt.datetime | None) -> str | None:
    return moment.astimezone(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z") if moment else None
