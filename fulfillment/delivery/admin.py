from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from fulfillment.delivery.models import DISPATCHABLE, Fulfillment, FulfillmentEvent, HandDelivery, Shipment
from fulfillment.delivery.parcel_admin import ShipmentAdmin
from fulfillment.delivery.queue_admin import HandDeliveryAdmin
from kameng.lib.admin import ReadOnlyAdmin
from kameng.lib.admin_names import reason_of
from shop.orders.admin import EventInline

admin.site.register(HandDelivery, HandDeliveryAdmin)
admin.site.register(Shipment, ShipmentAdmin)


class FulfillmentEventInline(EventInline):
    model = FulfillmentEvent


@admin.register(Fulfillment)
class FulfillmentAdmin(ReadOnlyAdmin):
    merchant_path = "line__merchant"
    list_display = ("order", "line", "status", "attempts", "next_try", "trouble")
    list_filter = ("status",)
    list_select_related = ("line__order",)
    search_fields = ("line__order__number",)
    ordering = ("-paid_seq",)
    fields = ("order", "line", "status", "attempts", "next_try", "trouble")
    inlines = (FulfillmentEventInline,)

    def get_list_display(self, request: HttpRequest) -> Any:
        return self._with_place(request, self.list_display)

    def get_fields(self, request: HttpRequest, obj: Fulfillment | None = None) -> Any:
        return self._with_place(request, self.fields)

    def _with_place(self, request: HttpRequest, columns: tuple[str, ...]) -> tuple[str, ...]:
        # The number of the queue is the house's own: nobody else counts by it.
        return (*columns, "paid_seq") if self.reach(request, "view").everywhere else columns

    @admin.display(description=_("order"))
    def order(self, row: Fulfillment) -> str:
        return row.line.order.shown_number

    @admin.display(description=_("next try"), ordering="next_try_at")
    def next_try(self, row: Fulfillment) -> Any:
        return row.next_try_at if row.status in DISPATCHABLE else None

    @admin.display(description=_("problem"), ordering="problem")
    def trouble(self, row: Fulfillment) -> str:
        return reason_of(row.problem)
