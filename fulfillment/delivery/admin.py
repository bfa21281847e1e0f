from django.contrib import admin

from fulfillment.delivery.models import Fulfillment, FulfillmentEvent
from kameng.lib.admin import ReadOnlyAdmin
from shop.orders.admin import EventInline


class FulfillmentEventInline(EventInline):
    model = FulfillmentEvent


@admin.register(Fulfillment)
class FulfillmentAdmin(ReadOnlyAdmin):
    merchant_path = "line__merchant"
    list_display = ("paid_seq", "line", "status", "attempts", "next_try_at", "problem")
    list_filter = ("status",)
    list_select_related = ("line",)
    search_fields = ("line__order__number",)
    ordering = ("-paid_seq",)
    fields = ("line", "status", "paid_seq", "attempts", "next_try_at", "problem")
    inlines = (FulfillmentEventInline,)
