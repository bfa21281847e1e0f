"""What an owner says of a new key of the API."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from kameng.lib import text
from shop.merchants.keys import Wanted
from shop.merchants.models import Scope

_DAYS = ngettext_lazy("%(n)d day", "%(n)d days", "n")
LIVES = (30, 90, 180, 365)


class KeyForm(forms.Form):
    """For which shop and program a key is, what it may, and for how long."""

    merchant: Any = forms.ModelChoiceField(queryset=None, label=_("merchant"), widget=UnfoldAdminSelectWidget())
    name = forms.CharField(
        label=_("name"),
        max_length=60,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"}),
        help_text=_("Which program uses it, and where."),
    )
    scopes = forms.MultipleChoiceField(
        label=_("allowed to"),
        choices=[(scope.value, scope.label) for scope in Scope],
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
        help_text=_("No more than the program needs."),
    )
    days = forms.TypedChoiceField(
        label=_("valid for"),
        coerce=int,
        initial=90,
        widget=UnfoldAdminSelectWidget(),
        choices=[(n, _DAYS % {"n": n}) for n in LIVES],
    )

    def __init__(self, *args: Any, merchants: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["merchant"]
        field.queryset = merchants
        if len(merchants) == 1:
            field.initial, field.empty_label = merchants[0], None

    def clean_name(self) -> str:
        return text.clean_prose(self.cleaned_data["name"])

    def wanted(self) -> Wanted:
        told = self.cleaned_data
        return Wanted(told["name"], told["scopes"], dt.timedelta(days=told["days"]))
