from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from kameng.lib import money, times
from kameng.lib.admin import HouseAdmin, HouseInline
from kameng.lib.names import listed
from shop.catalog.composing.composition import Composition
from shop.catalog.composing.page import asks_page, asks_preview
from shop.catalog.forms import CategoryForm, ListingForm, SkuForm, TierForm, save_all_but_fields
from shop.catalog.models import Category, Listing, PriceTier, Sku


@admin.register(Category)
class CategoryAdmin(HouseAdmin):
    shared = True
    form = CategoryForm
    list_display = ("name", "slug", "face", "commission", "position")
    ordering = ("position",)
    search_fields = ("name",)
    fields = ("name", "slug", "glyph", "face", "position", "commission_bps")

    @admin.display(description=_("commission"))
    def commission(self, category: Category) -> str:
        return f"{category.commission_bps / 100:g} %"


class SkuInline(HouseInline):
    model = Sku
    form = SkuForm
    fields = ("value", "unit", "price", "list_price", "on_sale", "position")
    show_change_link = True


@admin.register(Listing)
class ListingAdmin(HouseAdmin):
    merchant_path = "merchant"
    form = ListingForm
    list_display = ("title", "merchant", "category", "region", "published_at")
    list_filter = ("category", ("merchant", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("merchant", "category")
    search_fields = ("title", "brand")
    ordering = ("-pk",)
    inlines = (SkuInline,)
    fields = (
        "merchant",
        "category",
        "title",
        "slug",
        ("brand", "glyph"),
        "region",
        "published",
        "warning",
        "summary",
        "description",
        "instructions",
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Listing | None = None) -> tuple[str, ...]:
        # Its stock is sealed for this merchant, and its address is known to buyers.
        return ("merchant", "slug") if obj else ()


class TierInline(HouseInline):
    model = PriceTier
    form = TierForm
    fields = ("from_quantity", "unit_price")
    ordering = ("from_quantity",)


class SkuAdmin(HouseAdmin):
    """What the catalogue says of a SKU; the stock adds its own, and registers the page."""

    merchant_path = "listing__merchant"
    form = SkuForm
    list_display: tuple[str, ...] = (
        "listing",
        "shown_face",
        "shown_price",
        "kind",
        "mode",
        "promised",
        "back_after",
        "on_sale",
    )
    list_filter: tuple[Any, ...] = ("on_sale", "kind", "mode")
    list_select_related = ("listing",)
    search_fields = ("listing__title", "value")
    ordering = ("listing", "position")
    inlines = (TierInline,)
    actions_detail: tuple[str, ...] = ("asks",)
    fieldsets = (
        (None, {"fields": ("listing", ("value", "unit"), ("price", "list_price"), ("on_sale", "position"))}),
        (_("Delivery"), {"fields": (("kind", "mode"), ("promise_seconds", "refund_seconds"), "complaint_seconds", "asked")}),
        (_("Limits"), {"fields": (("uses", "max_quantity"), "unpaid_limit")}),
    )

    @admin.display(description=_("face value"), ordering="value")
    def shown_face(self, sku: Sku) -> str:
        return sku.face

    @admin.display(description=_("price"), ordering="price")
    def shown_price(self, sku: Sku) -> str:
        return money.shown(sku.price)

    @admin.display(description=_("promised within"), ordering="promise_seconds")
    def promised(self, sku: Sku) -> str:
        return times.duration(sku.promise_seconds)

    @admin.display(description=_("money back after"), ordering="refund_seconds")
    def back_after(self, sku: Sku) -> str:
        return times.duration(sku.refund_seconds)

    @admin.display(description=_("buyers fill in"))
    def asked(self, sku: Sku) -> str:
        return listed(row.named for row in Composition.stored(sku.recipient_fields).rows) or pgettext(
            "buyers fill in", "nothing"
        )

    def has_asks_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self.may(request, "change", self.row(request, object_id))

    @action(description=_("What buyers fill in"), url_path="asks", permissions=["asks"])
    def asks(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return asks_page(self, request, object_id)

    def asks_preview(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return asks_preview(self, request, object_id)

    def get_urls(self) -> list[Any]:
        preview = self.admin_site.admin_view(self.asks_preview)
        return [path("<path:object_id>/asks/preview/", preview, name="catalog_sku_asks_preview"), *super().get_urls()]

    def save_model(self, request: HttpRequest, obj: Sku, form: Any, change: bool) -> None:
        if change:
            save_all_but_fields(obj)
        else:
            super().save_model(request, obj, form, change)
        if getattr(form, "held_back", ""):
            told = gettext("It is not on sale yet. %(why)s") % {"why": form.held_back}
            link = reverse("admin:catalog_sku_asks", args=[obj.pk])
            said = format_html('{} <a class="underline" href="{}">{}</a>', told, link, gettext("Say what buyers fill in"))
            messages.warning(request, said)

    def get_readonly_fields(self, request: HttpRequest, obj: Sku | None = None) -> tuple[str, ...]:
        if obj is None:
            return ("asked",)
        # What is there was taken in, and sold, under these rules.
        used = obj.units.exists() or obj.lines.exists() or obj.reservations.exists()
        return ("asked", "listing", "uses", "kind", "mode") if used else ("asked", "listing")
