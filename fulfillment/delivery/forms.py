"""Forms of those who deliver by hand."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.debug import sensitive_variables
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from fulfillment.delivery.manual import GivenUp, Goods
from fulfillment.delivery.models import READ
from fulfillment.delivery.shipping import Parcel
from kameng.lib import text
from kameng.lib.transitions import Refused
from shop.inventory import parse
from shop.inventory.forms import secrets_box
from shop.inventory.typed import seal_typed
from shop.orders.models import OrderLine

LONGEST_NOTE = 500


class HandInForm(forms.Form):
    """Keys, one a line, or how many were done; and a note to the buyer."""

    secrets = forms.CharField(
        label=_("what the buyer gets"),
        required=False,
        strip=False,
        widget=secrets_box(rows=4),
        help_text=_("One key or account a line. They are sealed at once, and only the buyer can open them."),
    )
    done = forms.IntegerField(
        label=pgettext_lazy("so many", "done"), required=False, min_value=1, widget=UnfoldAdminIntegerFieldWidget()
    )
    note = forms.CharField(
        label=_("note to the buyer"),
        required=False,
        max_length=LONGEST_NOTE,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
        help_text=_("Shown on the order's page, never in a mail. No passwords here."),
    )

    def __init__(self, *args: Any, line: OrderLine, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.line = line
        if line.kind in READ:
            del self.fields["done"]
        else:
            self.fields["secrets"].label = _("a code for the buyer, if there is one")
            self.fields["done"].initial = line.waiting_quantity
            self.fields["done"].help_text = _("How many of %(n)d.") % {"n": line.waiting_quantity}

    @sensitive_variables()
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        try:
            secrets = parse.lines(cleaned.get("secrets", ""))
            typed = seal_typed(secrets=secrets, merchant=self.line.merchant) if any(secrets) else None
        except Refused as refused:
            self.add_error("secrets", refused.message)
            return cleaned
        if typed is None and self.line.kind in READ:
            self.add_error("secrets", _("Type in what the buyer gets."))
        cleaned["goods"] = Goods(typed, cleaned.get("done") or 0, cleaned.get("note", ""))
        return cleaned

    def clean_note(self) -> str:
        return text.clean_prose(self.cleaned_data["note"], lines=True)


class ShipForm(forms.Form):
    """Which courier, and the number of the parcel."""

    courier = forms.CharField(label=_("courier"), max_length=40, widget=UnfoldAdminTextInputWidget())
    number = forms.CharField(
        label=_("tracking number"), max_length=40, widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"})
    )

    def clean_courier(self) -> str:
        return text.folded(self.cleaned_data["courier"])

    def clean_number(self) -> str:
        return text.clean_identifier(self.cleaned_data["number"]).replace(" ", "").upper()

    def parcel(self) -> Parcel:
        return Parcel(self.cleaned_data["courier"], self.cleaned_data["number"])


class GiveUpForm(forms.Form):
    """Why it cannot be delivered; the buyer reads it."""

    reason = forms.ChoiceField(label=_("reason"), choices=[("", "—"), *GivenUp.choices], widget=UnfoldAdminSelectWidget())
