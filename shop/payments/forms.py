"""Forms of the payments' admin pages."""

from typing import Any

from django import forms
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.debug import sensitive_variables
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from shop.payments.gateways.registry import codes, seal_settings
from shop.payments.models import GatewayAccount


class GatewayAccountForm(forms.ModelForm):  # type: ignore[type-arg]
    """Settings go in and never come back: both are typed to replace them, or neither."""

    gateway = forms.ChoiceField(label=_("gateway"), widget=UnfoldAdminSelectWidget())
    pid = forms.CharField(
        label=_("merchant id at the gateway"), required=False, max_length=64, widget=UnfoldAdminTextInputWidget()
    )
    key = forms.CharField(
        label=pgettext_lazy("of a gateway", "key"),
        required=False,
        max_length=200,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}, render_value=False),
        help_text=_("At least 16 characters. It is sealed at once and never shown again."),
    )

    class Meta:
        model = GatewayAccount
        fields = ("gateway", "name", "currency", "enabled", "position")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "gateway" in self.fields:
            self.fields["gateway"].choices = [(code, code) for code in codes()]  # type: ignore[attr-defined]
        if self.instance.pk and "pid" in self.fields:
            self.fields["pid"].help_text = _("Leave this and the key empty to keep what is there.")

    @sensitive_variables()
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        pid, key = cleaned.get("pid", ""), cleaned.get("key", "")
        if not pid and not key and self.instance.pk:
            return cleaned
        if not pid or not key:
            self.add_error("key", _("Type both the merchant id and the key."))
        elif not self.errors:
            self._seal(cleaned, {"pid": pid, "key": key})
        return cleaned

    @sensitive_variables()
    def _seal(self, cleaned: dict[str, Any], config: dict[str, str]) -> None:
        self.instance.gateway = cleaned.get("gateway", self.instance.gateway)
        try:
            seal_settings(self.instance, config)
        except ImproperlyConfigured:
            self.add_error("key", _("The gateway does not work with these settings: is the key long enough?"))


class TwoPeopleForm(forms.Form):
    """Why a refund is to be paid by hand: asked before the money is."""

    reason = forms.CharField(
        label=_("reason"), min_length=3, max_length=150, widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"})
    )


class ByHandForm(forms.Form):
    reference = forms.CharField(
        label=_("reference"),
        max_length=100,
        widget=UnfoldAdminTextInputWidget(),
        help_text=_("How the money was paid: the number of the transfer, where it can be found again."),
    )
