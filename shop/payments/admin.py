from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from kameng.accounts.step_up import ask_again
from kameng.audit.actors import acting
from kameng.lib import clock, money
from kameng.lib.admin import HouseAdmin, ReadOnlyAdmin
from kameng.lib.admin_names import reason_of
from shop.approvals.two_people import approved, ask, open_ones
from shop.orders.admin import EventInline
from shop.payments.forms import ByHandForm, GatewayAccountForm, TwoPeopleForm
from shop.payments.gateways.registry import codes
from shop.payments.models import (
    GatewayAccount,
    Notice,
    Payment,
    PaymentEvent,
    Refund,
    RefundEvent,
    RefusedNotice,
)
from shop.payments.send_back import FOR_A_PERSON, by_hand, refund_of, takes_two


class PaymentEventInline(EventInline):
    model = PaymentEvent


class RefundEventInline(EventInline):
    model = RefundEvent


class AmountMixin:
    @admin.display(description=_("amount"), ordering="amount")
    def shown_amount(self, row: Any) -> str:
        return money.shown(row.amount, getattr(row, "currency", "") or row.payment.currency)


class WhyMixin:
    @admin.display(description=_("reason"), ordering="reason")
    def why(self, row: Any) -> str:
        return reason_of(row.reason)


@admin.register(Payment)
class PaymentAdmin(AmountMixin, ReadOnlyAdmin):
    list_display = ("order", "account", "status", "shown_amount", "shown_received", "started_at", "confirmed_at")
    list_filter = ("status", "account")
    list_select_related = ("order", "account")
    search_fields = ("number", "trade_no", "order__number")
    ordering = ("-pk",)
    inlines = (PaymentEventInline,)
    fields = (
        *("order", "account", "number", "trade_no", "status", "shown_amount", "shown_received", "failure"),
        *("started_at", "confirmed_at", "next_query_at", "queries"),
    )

    @admin.display(description=_("received"), ordering="received")
    def shown_received(self, payment: Payment) -> str:
        return "" if payment.received is None else money.shown(payment.received, payment.currency)


@admin.register(Refund)
class RefundAdmin(AmountMixin, WhyMixin, ReadOnlyAdmin):
    list_display = ("order", "shown_amount", "destination", "status", "why", "requested_at", "done_at", "attempts")
    list_filter = ("status", "destination")
    list_select_related = ("order", "payment")
    search_fields = ("number", "order__number")
    ordering = ("-pk",)
    inlines = (RefundEventInline,)
    actions_detail = ("paid_by_hand",)
    fields = (
        *("order", "line", "payment", "number", "status", "destination", "shown_amount", "why"),
        *("requested_at", "done_at", "next_try_at", "attempts"),
    )

    def has_by_hand_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        if not self.may(request, "change"):
            return False
        refund = self.row(request, object_id)
        return object_id is None or (refund is not None and refund.status in FOR_A_PERSON)

    @action(description=_("Paid by hand"), url_path="by-hand", permissions=["by_hand"])
    def paid_by_hand(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask for the reference under which the money was paid outside, then MANUAL → DONE."""
        refund = self.row(request, object_id)
        if refund is None:
            raise Http404
        if not self.may(request, "change", refund):
            raise PermissionDenied
        if asking := ask_again(request, back=request.path):
            return asking
        if takes_two(refund) and not approved(refund_of(refund), acting(request), clock.now()).exists():
            return self._ask_for_two(request, refund)
        form = ByHandForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            reference = form.cleaned_data["reference"]
            done = by_hand(refund_id=refund.pk, actor=acting(request), reference=reference, now=clock.now())
            said = _("The refund is recorded as paid by hand.") if done else _("It was not waiting for a person any more.")
            self.message_user(request, said, messages.SUCCESS if done else messages.WARNING)
            return HttpResponseRedirect(reverse("admin:payments_refund_change", args=[refund.pk]))
        return self._by_hand_answer(request, refund, {"form": form})

    def _ask_for_two(self, request: HttpRequest, refund: Refund) -> HttpResponse:
        """GET says that nobody pays it yet, and what waits; POST asks for a second person."""
        what, actor, now = refund_of(refund), acting(request), clock.now()
        form = TwoPeopleForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            ask(what=what, actor=actor, reason=form.cleaned_data["reason"], now=now)
            self.message_user(request, _("A second person has been asked."), messages.SUCCESS)
            return HttpResponseRedirect(request.path)
        asked = open_ones(what.act, what.subject, actor.name, now).first()
        told = {"form": form, "two_people": True, "asked": asked, "limit": money.shown(settings.REFUND_ALONE_UP_TO)}
        return self._by_hand_answer(request, refund, told)

    def _by_hand_answer(self, request: HttpRequest, refund: Refund, told: dict[str, Any]) -> HttpResponse:
        title = _("Refund of %(amount)s by hand") % {"amount": self.shown_amount(refund)}
        context = {"title": title, "opts": self.opts, "original": refund, "now": clock.now()} | told
        return TemplateResponse(
            request, "admin/payments/refund/by_hand.html", self.admin_site.each_context(request) | context
        )


@admin.register(Notice)
class NoticeAdmin(WhyMixin, ReadOnlyAdmin):
    list_display = ("received_at", "account", "event", "verdict", "why")
    list_filter = ("verdict", "account")
    list_select_related = ("account",)
    search_fields = ("event", "payment__number")
    ordering = ("-pk",)
    fields = ("received_at", "account", "event", "payment", "verdict", "why", "body")


@admin.register(RefusedNotice)
class RefusedNoticeAdmin(WhyMixin, ReadOnlyAdmin):
    list_display = ("received_at", "path", "ip", "why")
    search_fields = ("address", "reason")
    ordering = ("-pk",)
    fields = ("received_at", "path", "ip", "why", "body")

    @admin.display(description=_("IP address"), ordering="address")
    def ip(self, notice: RefusedNotice) -> str:
        return notice.address


@admin.register(GatewayAccount)
class GatewayAccountAdmin(HouseAdmin):
    form = GatewayAccountForm
    list_display = ("name", "gateway", "currency", "enabled", "position")
    ordering = ("position", "pk")
    fields = ("gateway", "name", "currency", "public_id", "enabled", "position", "pid", "key")

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        # Whoever changes the keys of a gateway decides where the money goes.
        return ask_again(request, back=request.path) or super().changeform_view(request, *args, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # The wallet is no gateway of anybody: its row only names where its payments are booked.
        return super().has_change_permission(request, obj) and (obj is None or obj.gateway in codes())

    def save_model(self, request: HttpRequest, obj: GatewayAccount, form: Any, change: bool) -> None:
        # Only what was changed: the sealed column may be rotated at this very moment.
        changed = [name for name in form.changed_data if name in ("name", "enabled", "position")]
        sealed = ["sealed"] if {"pid", "key"} & set(form.changed_data) else []
        obj.save(update_fields=changed + sealed if change else None)

    def get_fields(self, request: HttpRequest, obj: GatewayAccount | None = None) -> Any:
        if obj is None:
            return [name for name in self.fields if name != "public_id"]
        return self.fields if obj.gateway in codes() else self.fields[:-2]

    def get_readonly_fields(self, request: HttpRequest, obj: GatewayAccount | None = None) -> tuple[str, ...]:
        # What is sealed is bound to the gateway and the public id; what was booked, to the currency.
        return ("public_id", "gateway", "currency") if obj else ("public_id",)
