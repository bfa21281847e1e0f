"""The page of one parcel: where it should be, and what became of it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from fulfillment.delivery.models import Shipment
from fulfillment.delivery.shipping import UNDER_WAY, lose, receive
from kameng.lib import clock, money
from kameng.lib.admin import HouseAdmin
from kameng.lib.transitions import Refused


def parcel_page(page: HouseAdmin, request: HttpRequest, object_id: str) -> HttpResponse:
    """GET shows the parcel; POST says that it arrived, came back or is lost, for those who may, and why not where not."""
    parcel = page.row(request, object_id)
    if parcel is None:
        raise Http404
    may = page.may(request, "change", parcel)
    if request.method == "POST":
        if not may:
            raise PermissionDenied
        return _said(request, parcel)
    now = clock.now()
    context = page.admin_site.each_context(request) | {
        "title": _("Parcel %(parcel)s") % {"parcel": parcel},
        "opts": page.opts,
        "original": parcel,
        "parcel": parcel,
        "line": parcel.line,
        "now": now,
        "late": parcel.status in UNDER_WAY and parcel.arrives_by is not None and parcel.arrives_by <= now,
        "may": may and parcel.status in UNDER_WAY,
    }
    return TemplateResponse(request, "admin/delivery/shipment/parcel.html", context)


def _said(request: HttpRequest, parcel: Shipment) -> HttpResponse:
    act = next((act for name, act in ACTS.items() if name in request.POST), None)
    if act is None:
        raise Http404
    try:
        messages.success(request, act(request, parcel))
    except Refused as refused:
        messages.error(request, refused.message)
    return HttpResponseRedirect(reverse("admin:delivery_shipment_change", args=[parcel.pk]))


def _arrived(request: HttpRequest, parcel: Shipment) -> str:
    user: Any = request.user
    receive(line_id=parcel.line_id, actor=user.holder, now=clock.now())
    return _("Written down as arrived; the complaint window is open.")


def _gone(request: HttpRequest, parcel: Shipment, *, came_back: bool) -> str:
    user: Any = request.user
    amount = lose(line_id=parcel.line_id, actor=user.holder, came_back=came_back, now=clock.now())
    return _("%(amount)s goes back to the buyer.") % {"amount": money.shown(amount, parcel.line.order.currency)}


#: What the buttons of the page are called, and what they do.
ACTS: dict[str, Callable[[HttpRequest, Shipment], str]] = {
    "arrived": _arrived,
    "came_back": lambda request, parcel: _gone(request, parcel, came_back=True),
    "lost": lambda request, parcel: _gone(request, parcel, came_back=False),
}
