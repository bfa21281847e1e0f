"""The page of an order: what orders, delivery and payments know of it, read only; loaded by the root URLs."""

from typing import Any

from django.contrib import admin
from django.db.models import Model, OuterRef, Q, QuerySet, Subquery, Sum
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.debug import sensitive_post_parameters

import fulfillment.desk.subjects  # noqa: F401  (tells which rows alarms are about)
from fulfillment.desk.by_key import by_key_page
from fulfillment.desk.timeline import timeline
from kameng.lib import ids, money
from kameng.lib.admin import ReadOnlyAdmin, ReadOnlyInline
from kameng.lib.admin_names import masked, reason_of
from kameng.lib.reach import reach_of
from shop.orders.admin import OrderEventInline
from shop.orders.models import Order, OrderLine
from shop.orders.recipients import sent_to
from shop.payments.models import Payment, Refund


class MoneyInline(ReadOnlyInline):
    """Rows of payments: for those who may see payments at all."""

    show_change_link = True
    ordering = ("pk",)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return bool(reach_of(request, self.opts.label_lower, "view"))

    @admin.display(description=_("amount"))
    def shown_amount(self, row: Any) -> str:
        return money.shown(row.amount, row.order.currency)


class PaymentInline(MoneyInline):
    model = Payment
    fields = ("account", "status", "shown_amount", "shown_received", "started_at", "confirmed_at", "failure")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("account", "order")

    @admin.display(description=_("received"))
    def shown_received(self, payment: Payment) -> str:
        return "" if payment.received is None else money.shown(payment.received, payment.currency)


class RefundInline(MoneyInline):
    model = Refund
    fields = ("line", "destination", "status", "shown_amount", "why", "requested_at", "done_at")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("line", "order")

    @admin.display(description=_("reason"))
    def why(self, refund: Refund) -> str:
        return reason_of(refund.reason)


class LineInline(ReadOnlyInline):
    """A merchant's people see their own lines of an order, and not that there are others."""

    model = OrderLine
    show_change_link = True
    ordering = ("pk",)
    fields = (
        "title",
        "face",
        "description",
        "quantity",
        "where_to",
        "shown_total",
        "status",
        "shown_refunded",
        "refund_by",
        "delivered_at",
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        page: Any = admin.site._registry[OrderLine]
        reach = page.reach(request, "view")
        return page.reachable(super().get_queryset(request).select_related("order"), reach)

    @admin.display(description=_("recipient"))
    def where_to(self, line: OrderLine) -> str:
        return render_to_string("admin/orders/recipient.html", {"recipient": line.recipient}) if line.recipient else ""

    @admin.display(description=_("total"))
    def shown_total(self, line: OrderLine) -> str:
        return money.shown(line.total, line.order.currency)

    @admin.display(description=_("refunded"))
    def shown_refunded(self, line: OrderLine) -> str:
        return money.shown(line.refunded_amount, line.order.currency)


@admin.register(Order)
class OrderAdmin(ReadOnlyAdmin):
    """The platform sees the order; a merchant's people what concerns their lines, and the buyer's address only in part."""

    merchant_path = "lines__merchant"
    list_filter = ("status",)
    # Not by key: what was brought in from elsewhere, or staged, was placed at times of its own.
    ordering = ("-placed_at", "-pk")
    inlines = (LineInline, OrderEventInline, PaymentInline, RefundInline)
    change_form_after_template = "admin/orders/order/timeline.html"
    list_before_template = "admin/orders/order/by_key.html"
    search_help_text = _("Order number, or exactly what the buyer filled in")

    def get_urls(self) -> list[Any]:
        # A page of another name would be taken for a row's key.
        return [path("by-key/", self.admin_site.admin_view(self.by_key), name="orders_order_by_key"), *super().get_urls()]

    @method_decorator(sensitive_post_parameters("key"))
    def by_key(self, request: HttpRequest) -> HttpResponse:
        return by_key_page(self, request)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        told = {**(extra_context or {}), "may_find_by_key": self.reach(request, "view").everywhere}
        response: HttpResponse = super().changelist_view(request, told)
        return response

    def get_inlines(self, request: HttpRequest, obj: Order | None = None) -> Any:
        if self.reach(request, "view").everywhere:
            # The order's own steps stand among the others, in the timeline.
            return [inline for inline in self.inlines if inline is not OrderEventInline]
        return self.inlines

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        reach = self.reach(request, "view")
        order = self.row(request, object_id) if reach.everywhere else None
        steps = timeline(order, reach) if order else []
        return super().change_view(request, object_id, form_url, (extra_context or {}) | {"timeline": steps})

    def within(self, rows: QuerySet[Any], merchants: frozenset[int]) -> QuerySet[Any]:
        own = OrderLine.objects.filter(merchant__in=merchants)
        total = own.filter(order=OuterRef("pk")).order_by().values("order").annotate(sum=Sum("total")).values("sum")
        theirs: QuerySet[Any] = rows.filter(pk__in=own.values("order"))
        summed: QuerySet[Any] = theirs.annotate(own_total=Subquery(total))
        return summed

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        who = "email" if self.reach(request, "view").everywhere else "contact"
        return ("shown", "status", who, "amount", "placed_at", "paid_at")

    def get_search_fields(self, request: HttpRequest) -> tuple[str, ...]:
        return ("number", "email") if self.reach(request, "view").everywhere else ("number",)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        term = search_term if "@" in search_term else ids.typed(search_term) if search_term else ""
        found, several = super().get_search_results(request, queryset, term)
        if not search_term:
            return found, several
        # Whoever may read where a line goes finds it by that, too.
        page: Any = admin.site._registry[OrderLine]
        lines = page.reachable(OrderLine.objects.all(), page.reach(request, "view"))
        by_recipient = Q(pk__in=sent_to(lines, search_term).values("order"))
        return queryset.filter(Q(pk__in=found.order_by().values("pk")) | by_recipient), False

    def get_fields(self, request: HttpRequest, obj: Order | None = None) -> tuple[str, ...]:
        first, times = ("shown", "status"), ("placed_at", "reserved_until", "paid_at", "closed_at")
        if not self.reach(request, "view").everywhere:
            return (*first, "contact", "amount", *times)
        return (*first, "member", "email", "locale", "ip", "amount", "from_wallet", *times, "pay_due_at", "rest_due_at")

    @admin.display(description=_("number"), ordering="number")
    def shown(self, order: Order) -> str:
        return order.shown_number

    @admin.display(description=pgettext_lazy("who bought", "member"))
    def member(self, order: Order) -> Any:
        return order.user

    @admin.display(description=_("buyer"))
    def contact(self, order: Order) -> str:
        return masked(order.email)

    @admin.display(description=_("IP address"))
    def ip(self, order: Order) -> str:
        return order.address

    @admin.display(description=_("total"))
    def amount(self, order: Order) -> str:
        return money.shown(getattr(order, "own_total", order.total), order.currency)

    @admin.display(description=_("from the wallet"))
    def from_wallet(self, order: Order) -> str:
        return money.shown(order.wallet_share, order.currency)
