"""Parcels in the admin: merchants see theirs; the platform says what became of one that did not arrive."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from fulfillment.delivery.parcel_page import parcel_page
from kameng.lib.admin import ReadOnlyAdmin
from shop.orders.admin import ByNumberMixin


class ShipmentAdmin(ByNumberMixin, ReadOnlyAdmin):
    """Nothing here is a form of rows: every button is a verb."""

    merchant_path = "line__merchant"
    list_display = ("order", "line", "status", "courier", "number", "shipped_at", "arrives_by")
    list_filter = ("status",)
    list_select_related = ("line__order",)
    search_fields = ("line__order__number", "number")
    ordering = ("-pk",)
    fields = list_display

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, "change", obj)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return parcel_page(self, request, object_id)

    @admin.display(description=_("order"))
    def order(self, row: Any) -> str:
        return str(row.line.order.shown_number)
