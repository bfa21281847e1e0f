"""Forms of the catalogue: prices typed as decimals, rules said in words before the database says them in constraints."""

import secrets
from typing import Any

from django import forms
from django.db.models import Max
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget, UnfoldBooleanSwitchWidget

from kameng.lib import clock
from kameng.lib.forms import MoneyField
from kameng.lib.names import listed
from kameng.lib.read_back import read_back
from shop.catalog.asking import held_fields, lacking
from shop.catalog.models import MODES, Category, Kind, Listing, Mode, PriceTier, Sku

#: With a tail an address is no longer than its column.
LONGEST_SLUG = 75


def money_field(label: Any, *, required: bool = True, help_text: Any = "") -> MoneyField:
    return MoneyField(label=label, required=required, help_text=help_text, widget=UnfoldAdminTextInputWidget())


class CategoryForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Category
        fields = ("name", "slug", "glyph", "face", "position", "commission_bps")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        read_back(self, "percent", "commission_bps")


class ListingForm(forms.ModelForm):  # type: ignore[type-arg]
    published = forms.BooleanField(
        label=_("published"), required=False, widget=UnfoldBooleanSwitchWidget(), help_text=_("Shown in the shop.")
    )

    class Meta:
        model = Listing
        fields = (
            *("merchant", "category", "title", "slug", "brand", "glyph", "region"),
            *("warning", "summary", "description", "instructions"),
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["published"].initial = self.instance.published_at is not None
        if "slug" in self.fields:
            self.fields["slug"].required = False
            self.fields["slug"].help_text = _(
                "Part of the page's address; made up when empty, with a tail when it is taken."
            )

    def clean_slug(self) -> str:
        """The address as typed; a refusal of what is taken would tell of pages that others have not published yet."""
        slug: str = self.cleaned_data["slug"] or f"p-{secrets.token_hex(4)}"
        taken = Listing.objects.filter(slug=slug).exclude(pk=self.instance.pk).exists()
        return f"{slug[:LONGEST_SLUG]}-{secrets.token_hex(2)}" if taken else slug

    def save(self, commit: bool = True) -> Listing:
        if self.cleaned_data.get("published"):
            self.instance.published_at = self.instance.published_at or clock.now()
        else:
            self.instance.published_at = None
        listing: Listing = super().save(commit)
        return listing


def save_all_but_fields(sku: Sku) -> None:
    """Save a SKU without what its buyers fill in: somebody may have changed that since the SKU was read."""
    sku.save(
        update_fields=[field.name for field in Sku._meta.concrete_fields if field.name not in {"id", "recipient_fields"}]
    )


class SkuForm(forms.ModelForm):  # type: ignore[type-arg]
    price = money_field(_("price"))
    list_price = money_field(_("crossed-out price"), required=False)
    #: Why a new one is not put on sale at once, in words.
    held_back = ""

    class Meta:
        model = Sku
        fields = (
            *("listing", "value", "unit", "price", "list_price", "kind", "mode", "on_sale", "position"),
            *("promise_seconds", "refund_seconds", "complaint_seconds", "uses", "max_quantity", "unpaid_limit"),
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        position = self.fields.get("position")
        if position and self.instance.pk is None:
            position.required, position.initial = False, None
            position.help_text = _("Empty: behind the others.")
        read_back(self, "seconds", "promise_seconds", "refund_seconds", "complaint_seconds")

    def save(self, commit: bool = True) -> Sku:
        if self.instance.position is None:
            last = Sku.objects.filter(listing=self.instance.listing_id).aggregate(last=Max("position"))["last"]
            self.instance.position = 0 if last is None else last + 1
        if not commit or self.instance.pk is None:
            made: Sku = super().save(commit)
            return made
        sku: Sku = super().save(commit=False)
        save_all_but_fields(sku)
        return sku

    def clean_price(self) -> int:
        price: int = self.cleaned_data["price"]
        if price < 1:
            raise forms.ValidationError(_("The price must be more than nothing."))
        return price

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self._check_delivery(cleaned)
        self._check_asked(cleaned)
        told = {name: cleaned.get(name, getattr(self.instance, name)) for name in RULED}
        if all(value is not None for value in told.values()):
            self._check_rules(told)
        return cleaned

    def _check_delivery(self, cleaned: dict[str, Any]) -> None:
        kind = cleaned.get("kind", self.instance.kind)
        mode = cleaned.get("mode", self.instance.mode)
        if kind and mode and mode not in MODES[kind]:
            ways = listed(str(way.label) for way in MODES[kind])
            self._say("mode", _("A %(kind)s is delivered so: %(ways)s.") % {"kind": Kind(kind).label, "ways": ways})
        if mode and mode != Mode.AUTO and (cleaned.get("uses") or 1) > 1:
            self._say("uses", _("Only secrets from stock serve several buyers: set this to 1."))

    def _check_asked(self, cleaned: dict[str, Any]) -> None:
        kind = cleaned.get("kind", self.instance.kind)
        if not cleaned.get("on_sale", self.instance.on_sale) or not lacking(kind, ()):
            return
        if self.instance.pk is None:
            # Its fields can be composed once it is there.
            cleaned["on_sale"], self.held_back = False, lacking(kind, ())
        elif lack := lacking(kind, held_fields(self.instance.pk)):
            self._say("on_sale", _("%(lack)s Say first what buyers fill in, then put it on sale.") % {"lack": lack})

    def _check_rules(self, told: dict[str, Any]) -> None:
        if told["uses"] < 1:
            self._say("uses", _("A secret serves one buyer at least."))
        if told["uses"] > 1 and told["max_quantity"] != 1:
            self._say("max_quantity", _("A secret with several uses is sold one per order: set this to 1."))
        if told["max_quantity"] < 1:
            self._say("max_quantity", _("An order needs one unit at least."))
        if told["promise_seconds"] < 1:
            self._say("promise_seconds", _("A promise needs one second at least."))
        if told["promise_seconds"] >= told["refund_seconds"]:
            self._say("refund_seconds", _("Money goes back later than the promise: make this longer."))

    def _say(self, field: str, message: Any) -> None:
        self.add_error(field if field in self.fields else None, message)


RULED = ("uses", "max_quantity", "promise_seconds", "refund_seconds")


class TierForm(forms.ModelForm):  # type: ignore[type-arg]
    unit_price = money_field(_("unit price"))

    class Meta:
        model = PriceTier
        fields = ("from_quantity", "unit_price")

    def clean_from_quantity(self) -> int:
        quantity: int = self.cleaned_data["from_quantity"]
        if quantity < 2:
            raise forms.ValidationError(_("A tier begins at two."))
        return quantity

    def clean_unit_price(self) -> int:
        price: int = self.cleaned_data["unit_price"]
        if price < 1:
            raise forms.ValidationError(_("The price must be more than nothing."))
        return price
