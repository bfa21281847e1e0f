from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from kameng.lib import clock
from kameng.lib.admin import HouseAdmin, ReadOnlyAdmin, StepInline
from kameng.lib.transitions import Refused
from shop.catalog.admin import SkuAdmin
from shop.catalog.models import Sku
from shop.inventory.export_page import export_page, unit_page
from shop.inventory.forms import WithdrawForm
from shop.inventory.import_page import import_page
from shop.inventory.models import Batch, Intake, Movement, StockUnit, UnitStatus
from shop.inventory.pieces_page import pieces_page
from shop.inventory.progress_page import progress_page
from shop.inventory.queries import ENOUGH, sold_out, with_stock
from shop.inventory.withdraw import Withdrawn, withdraw_batch

MASK = "•••• ••••"


class NumberMixin:
    @admin.display(description=_("number"), ordering="pk")
    def number(self, row: Model) -> str:
        return f"#{row.pk}"


class StockFilter(admin.SimpleListFilter):
    """SKUs of which nothing is left."""

    title = _("stock")
    parameter_name = "stock"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("none", _("Out of stock"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return sold_out(queryset, clock.now()) if self.value() == "none" else queryset


@admin.register(Sku)
class StockedSkuAdmin(SkuAdmin):
    """SKUs with what is left of them."""

    list_display = (*SkuAdmin.list_display, "sellable")
    list_filter = (StockFilter, *SkuAdmin.list_filter)
    actions_detail = (*SkuAdmin.actions_detail, "pieces")

    def has_pieces_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        if not self.may(request, "change"):
            return False
        sku = self.row(request, object_id)
        return object_id is None or (sku is not None and sku.counted)

    @action(description=_("Pieces"), url_path="pieces", permissions=["pieces"])
    def pieces(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return pieces_page(self, request, object_id)

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        page = super().get_changelist_instance(request)
        # Counted for the rows that are shown, after they were chosen.
        shown = Sku.objects.filter(pk__in=[sku.pk for sku in page.result_list])
        left = {sku.pk: sku.sellable_now for sku in with_stock(shown, clock.now())}  # type: ignore[attr-defined]
        for sku in page.result_list:
            sku.left = left.get(sku.pk, 0)
        return page

    @admin.display(description=_("sellable"))
    def sellable(self, sku: Any) -> str:
        return f"{ENOUGH}+" if sku.left >= ENOUGH else str(sku.left)


@admin.register(Batch)
class BatchAdmin(NumberMixin, HouseAdmin):
    """Batches come by importing, go by withdrawing, and are never edited."""

    merchant_path = "sku__listing__merchant"
    list_display = (
        "number",
        "sku",
        "source",
        "created_at",
        "created_by",
        "new",
        "repeated",
        "known",
        "malformed",
        "withdrawn_at",
    )
    list_filter = (("withdrawn_at", admin.EmptyFieldListFilter),)
    list_select_related = ("sku__listing", "created_by")
    search_fields = ("source", "sku__listing__title")
    ordering = ("-pk",)
    actions_detail = ("progress", "export", "withdraw")
    fields = (
        *("sku", "source", "created_at", "created_by", "new", "repeated", "known", "malformed"),
        *("withdrawn_at", "left"),
    )

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_withdraw_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Who may bring stock in may take it back."""
        return self.may(request, "add", self.row(request, object_id))

    def has_progress_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Who may bring stock in sees how far it is, and what was left out of it."""
        batch = self.row(request, object_id)
        known = object_id is None or (batch is not None and Intake.objects.filter(batch=batch).exists())
        return known and self.may(request, "add", batch)

    @action(description=_("Progress and rejects"), url_path="progress", permissions=["progress"])
    def progress(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return progress_page(self, request, object_id)

    def has_export_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self.may(request, "export", self.row(request, object_id))

    @action(description=_("Export secrets"), url_path="export", permissions=["export"])
    def export(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return export_page(self, request, object_id)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        return import_page(self, request)

    @admin.display(description=_("still for sale"))
    def left(self, batch: Batch) -> int:
        return batch.units.filter(status=UnitStatus.AVAILABLE).count()

    @action(description=_("Withdraw"), url_path="withdraw", permissions=["withdraw"])
    def withdraw(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask for the batch's number, then take what is unsold of it out of sale."""
        batch = self.row(request, object_id)
        if batch is None:
            raise Http404
        if not self.may(request, "add", batch):
            raise PermissionDenied
        form = WithdrawForm(request.POST if request.method == "POST" else None, expected=batch.pk)
        if form.is_valid():
            self._withdraw(request, batch)
            return HttpResponseRedirect(reverse("admin:inventory_batch_change", args=[batch.pk]))
        context = self.admin_site.each_context(request) | {
            "title": gettext("Withdraw batch #%(number)d") % {"number": batch.pk},
            "form": form,
            "opts": self.opts,
            "original": batch,
            "left": self.left(batch),
        }
        return TemplateResponse(request, "admin/inventory/batch/withdraw.html", context)

    def _withdraw(self, request: HttpRequest, batch: Batch) -> None:
        by: str = request.user.holder  # type: ignore[union-attr]
        try:
            told = withdraw_batch(batch_id=batch.pk, actor=by, now=clock.now())
        except Refused as error:
            self.message_user(request, error.message, messages.ERROR)
        else:
            self.message_user(request, _summary(told), messages.SUCCESS)


def _summary(told: Withdrawn) -> str:
    said = gettext("%(retired)d units withdrawn; %(sold)d were sold already.") % {"retired": told.retired, "sold": told.sold}
    if told.reserved:
        said += " " + gettext("%(reserved)d are held by unpaid orders: withdraw again when those have ended.") % {
            "reserved": told.reserved
        }
    return said


class MovementInline(StepInline):
    model = Movement


@admin.register(StockUnit)
class StockUnitAdmin(NumberMixin, ReadOnlyAdmin):
    """Units without what they are worth: a secret is shown to its buyer, and to its owner for a reason."""

    merchant_path = "sku__listing__merchant"
    list_display = ("number", "sku", "description", "masked", "status", "batch")
    list_filter = ("status",)
    list_select_related = ("sku__listing", "batch", "secret")
    search_fields = ("secret__ref", "description")
    ordering = ("-pk",)
    inlines = (MovementInline,)
    actions_detail = ("reveal",)
    fields = ("sku", "batch", "description", "masked", "ref", "status", "position")

    def has_reveal_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self.may(request, "reveal", self.row(request, object_id))

    @action(description=_("Show the secret"), url_path="reveal", permissions=["reveal"])
    def reveal(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return unit_page(self, request, object_id)

    def get_fields(self, request: HttpRequest, obj: StockUnit | None = None) -> Any:
        # The order of sale is a number of the house's own.
        return self.fields if self.reach(request, "view").everywhere else self.fields[:-1]

    @admin.display(description=_("secret"))
    def masked(self, unit: StockUnit) -> str:
        return MASK

    @admin.display(description=_("reference"))
    def ref(self, unit: StockUnit) -> str:
        return unit.secret.ref
