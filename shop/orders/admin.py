"""Orders as the admin sees them: read only. The page of an order composes several rooms and is registered in the desk."""

from typing import Any

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from kameng.lib import money
from kameng.lib.admin import ReadOnlyAdmin, StepInline
from kameng.lib.admin_names import masked
from shop.orders.models import LineEvent, Order, OrderEvent, OrderLine
from shop.orders.recipients import sent_to

TIMES = ("paid_at", "promised_by", "refund_by", "verified_at", "delivered_at", "complaint_by", "completed_at", "refunded_at")


class ByNumberMixin:
    """Rows that are found by the number of their order."""

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        # A number is read aloud in groups and stored without them.
        return super().get_search_results(request, queryset, search_term.replace("-", ""))  # type: ignore[misc]


class EventInline(StepInline):
    """Steps of a row that belongs to an order: its guest is known by address."""

    def named_guests(self, row: Any) -> dict[str, str]:
        order = row if isinstance(row, Order) else row.line.order if hasattr(row, "line_id") and row.line_id else row.order
        return {order.holder: masked(order.email)}


class LineEventInline(EventInline):
    model = LineEvent


class OrderEventInline(EventInline):
    model = OrderEvent


@admin.register(OrderLine)
class OrderLineAdmin(ByNumberMixin, ReadOnlyAdmin):
    merchant_path = "merchant"
    list_display = ("order", "title", "face", "quantity", "shown_total", "status", "paid_at", "delivered_at")
    list_filter = ("status", "mode", "paid_at", ("merchant", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("order",)
    search_fields = ("order__number", "title", "description")
    ordering = ("-order__placed_at", "-pk")
    inlines = (LineEventInline,)
    fieldsets = (
        (None, {"fields": ("order", "merchant", "title", "face", "description", "status", ("kind", "mode"))}),
        (_("Money"), {"fields": (("quantity", "shown_price", "shown_total"), ("shown_refunded", "commission"))}),
        (_("Units"), {"fields": (("delivered", "refunded_quantity", "reversed_quantity"),)}),
        (_("Times"), {"fields": TIMES}),
    )

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        found, several = super().get_search_results(request, queryset, search_term)
        if not search_term:
            return found, several
        same = Q(pk__in=found.order_by().values("pk")) | Q(pk__in=sent_to(queryset, search_term).order_by().values("pk"))
        return queryset.filter(same), False

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        # Lines of which something went back, whatever became of the rest.
        return lookup == "refunded_amount__gt" or super().lookup_allowed(lookup, value, request)

    def get_fieldsets(self, request: HttpRequest, obj: OrderLine | None = None) -> Any:
        first, *others = super().get_fieldsets(request, obj)
        where = [(_("Recipient"), {"fields": ("where_to",)})] if obj and obj.recipient else []
        return [first, *where, *others]

    @admin.display(description=_("as the buyer confirmed it"))
    def where_to(self, line: OrderLine) -> str:
        return render_to_string("admin/orders/recipient.html", {"recipient": line.recipient})

    @admin.display(description=_("unit price"))
    def shown_price(self, line: OrderLine) -> str:
        return money.shown(line.unit_price, line.order.currency)

    @admin.display(description=_("total"), ordering="total")
    def shown_total(self, line: OrderLine) -> str:
        return money.shown(line.total, line.order.currency)

    @admin.display(description=_("refunded"))
    def shown_refunded(self, line: OrderLine) -> str:
        return money.shown(line.refunded_amount, line.order.currency)

    @admin.display(description=_("commission"))
    def commission(self, line: OrderLine) -> str:
        return f"{line.commission_bps / 100:g} %"
