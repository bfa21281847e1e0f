"""The queue of those who deliver by hand: first paid first, each line with its clock."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from fulfillment.delivery.models import HandDelivery
from fulfillment.delivery.work_page import take_next, work_page
from kameng.lib import clock, times
from kameng.lib.admin import ReadOnlyAdmin
from shop.catalog.models import Mode
from shop.orders.admin import ByNumberMixin
from shop.orders.models import LineStatus


class HandDeliveryAdmin(ByNumberMixin, ReadOnlyAdmin):
    """Nothing here is a form of rows: every button is a verb."""

    merchant_path = "line__merchant"
    list_display = ("order", "what", "where_to", "waits", "promise", "latest", "who")
    list_display_links = ("order", "what")
    list_filter = ("line__kind",)
    list_select_related = ("line__order", "line__merchant", "taken_by")
    search_fields = ("line__order__number", "line__title")
    ordering = ("paid_seq",)
    fields = ("order", "what", "where_to", "waits", "promise", "latest", "who")
    list_before_template = "admin/delivery/handdelivery/next.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        open_lines = {"line__status__in": (LineStatus.VERIFIED, LineStatus.DELIVERING)}
        rows = super().get_queryset(request).filter(**open_lines).exclude(line__mode=Mode.AUTO)
        return rows.select_related("line__order", "line__merchant", "line__sku", "taken_by")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, "change", obj)

    def get_urls(self) -> list[Any]:
        # A page of another name would be taken for a row's key.
        return [path("next/", self.admin_site.admin_view(self.next), name="delivery_handdelivery_next"), *super().get_urls()]

    def next(self, request: HttpRequest) -> HttpResponse:
        return take_next(self, request)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return work_page(self, request, object_id)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        told = {**(extra_context or {}), "may_take": self.may(request, "change")}
        response: HttpResponse = super().changelist_view(request, told)
        return response

    @admin.display(description=_("order"))
    def order(self, row: HandDelivery) -> str:
        return row.line.order.shown_number

    @admin.display(description=_("goods"))
    def what(self, row: HandDelivery) -> str:
        line = row.line
        return f"{line.called} × {line.waiting_quantity}"

    @admin.display(description=_("recipient"))
    def where_to(self, row: HandDelivery) -> str:
        return " · ".join(str(field.get("shown", "")) for field in row.line.recipient)

    @admin.display(description=_("waits for"), ordering="line__paid_at")
    def waits(self, row: HandDelivery) -> str:
        return times.duration(clock.now() - row.line.paid_at) if row.line.paid_at else ""

    @admin.display(description=_("promised by"), ordering="line__promised_by")
    def promise(self, row: HandDelivery) -> str:
        by, now = row.line.promised_by, clock.now()
        if by is None:
            return ""
        if by <= now:
            late = _("%(time)s late") % {"time": times.duration(now - by)}
            return format_html('<strong class="text-red-700 dark:text-red-400">{}</strong>', late)
        return times.day_time(by, now)

    @admin.display(description=_("money back at"), ordering="line__refund_by")
    def latest(self, row: HandDelivery) -> str:
        return times.day_time(row.line.refund_by, clock.now()) if row.line.refund_by else ""

    @admin.display(description=_("taken up by"))
    def who(self, row: HandDelivery) -> str:
        return str(row.taken_by) if row.taken_by and row.taken_until and row.taken_until > clock.now() else ""
