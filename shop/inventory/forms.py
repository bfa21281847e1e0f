"""Forms of the stock's admin pages."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables
from unfold.widgets import (
    TEXTAREA_CLASSES,
    UnfoldAdminFileFieldWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from kameng.lib import crypto
from shop.catalog.models import Sku
from shop.inventory import parse

TEXT_CLASSES = " ".join(["km-secret", *TEXTAREA_CLASSES])


def secrets_box(rows: int) -> forms.Textarea:
    """Where secrets are typed, one a line: nothing is suggested, corrected or remembered there."""
    quiet = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "off"}
    # Django's own: the theme's drops an empty first line, and with it the numbers of the others.
    return forms.Textarea(attrs={"rows": rows, "class": TEXT_CLASSES, **quiet})


class ImportForm(forms.Form):
    """A text to import: pasted, or read from a file and shown as if it had been pasted.

    The text travels in this form from preview to confirmation and is kept nowhere between the two.
    """

    sku = forms.ModelChoiceField(label=_("SKU"), queryset=Sku.objects.none(), widget=UnfoldAdminSelectWidget())
    text = forms.CharField(
        label=_("secrets"),
        required=False,
        strip=False,
        widget=secrets_box(rows=12),
        help_text=_("One a line. Nothing is decoded or changed in them."),
    )
    file = forms.FileField(
        label=_("or a text file"),
        required=False,
        allow_empty_file=True,
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".txt,.csv,text/plain"}),
        help_text=_("UTF-8 or GB18030, at most 10 MiB and 100,000 lines."),
    )
    keep_space = forms.BooleanField(
        label=_("keep white space around secrets"),
        required=False,
        widget=UnfoldBooleanWidget(),
        help_text=_("Spaces at the beginning and the end of a line are no part of a secret unless this is ticked."),
    )
    source = forms.CharField(required=False, max_length=120, widget=forms.HiddenInput())
    checked = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput())

    def __init__(self, *args: Any, skus: QuerySet[Sku], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sku"].queryset = skus.select_related("listing__merchant")  # type: ignore[attr-defined]

    @sensitive_variables()
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        try:
            cleaned["candidates"] = parse.lines(cleaned.get("text", ""), keep_space=cleaned.get("keep_space", False))
        except parse.Unreadable as error:
            self.add_error("text", error.message)
            return cleaned
        if not cleaned["candidates"] and not self.has_error("file"):
            self.add_error("text", _("There is nothing to import yet."))
        return cleaned

    @sensitive_variables()
    def mark(self) -> str:
        """Names exactly what was looked at: confirming takes in this and nothing that was changed afterwards."""
        sku, candidates = self.cleaned_data["sku"], self.cleaned_data["candidates"]
        return crypto.fingerprint("\n".join(candidates).encode(), owner=f"preview:{sku.pk}")


class PiecesForm(forms.Form):
    """So many pieces more or less on the shelf of a SKU without secrets."""

    pieces = forms.IntegerField(
        label=_("pieces"),
        min_value=-1_000_000,
        max_value=1_000_000,
        widget=UnfoldAdminIntegerFieldWidget(attrs={"autocomplete": "off"}),
        help_text=_("Put on the shelf; with a minus, taken off."),
    )
    reason = forms.CharField(
        label=_("reason"),
        required=False,
        max_length=200,
        widget=UnfoldAdminTextInputWidget(),
        help_text=_("For the history."),
    )

    def clean_pieces(self) -> int:
        pieces: int = self.cleaned_data["pieces"]
        if not pieces:
            raise forms.ValidationError(_("Nothing would change."))
        return pieces


class WithdrawForm(forms.Form):
    """Typing the batch's number is what tells a decision from a slip."""

    number = forms.CharField(
        label=_("number of the batch"), widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"})
    )

    def __init__(self, *args: Any, expected: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.expected = str(expected)

    def clean_number(self) -> str:
        number: str = self.cleaned_data["number"].strip().lstrip("#")
        if number != self.expected:
            raise forms.ValidationError(_("This is not the number of the batch."))
        return number
