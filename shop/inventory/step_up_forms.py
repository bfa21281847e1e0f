"""Forms in front of secrets: why, and by whom really."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from kameng.accounts.models import User
from kameng.accounts.show_again import show_again
from kameng.lib import clock, text
from kameng.lib.transitions import Refused
from shop.inventory.export import PARTS, Part

WORKBOOK, TEXT = "xlsx", "txt"


class StepUpForm(forms.Form):
    """A reason for the log, and the password of who is signed in."""

    reason = forms.CharField(
        label=_("reason"),
        min_length=3,
        max_length=150,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"}),
        help_text=_("It is kept in the log with your name, for good."),
    )
    password = forms.CharField(
        label=_("your password"),
        strip=False,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        if not user.has_usable_password():
            del self.fields["password"]

    def clean_reason(self) -> str:
        return text.folded(self.cleaned_data["reason"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            try:
                show_again(user=self.user, password=cleaned.get("password", ""), now=clock.now())
            except Refused as refused:
                self.add_error("password" if "password" in self.fields else None, refused.message)
        return cleaned


class ExportForm(StepUpForm):
    """Which units of a batch, and as what."""

    part = forms.TypedChoiceField(
        label=_("which secrets"),
        coerce=Part,
        choices=[(part.value, said) for part, said in PARTS.items()],
        widget=UnfoldAdminSelectWidget,
    )
    kind = forms.ChoiceField(
        label=_("kind of file"),
        choices=[(WORKBOOK, _("workbook (.xlsx) with the state of each")), (TEXT, _("text (.txt), one secret a line"))],
        widget=UnfoldAdminSelectWidget,
    )
    field_order = ("part", "kind", "reason", "password")

    def clean_kind(self) -> str:
        kind: str = self.cleaned_data["kind"]
        if kind == TEXT and self.cleaned_data.get("part") is Part.ALL:
            raise forms.ValidationError(_("A text cannot say which are sold. Please choose a workbook, or one state."))
        return kind
