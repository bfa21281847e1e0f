import re
import secrets
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kameng.lib import ids, text
from shop.storefront.methods import Method

NONCE = re.compile(r"[A-Za-z0-9_-]{22,64}")


def new_nonce() -> str:
    """192 random bits that make one form one order."""
    return secrets.token_urlsafe(24)


class AddressField(forms.EmailField):
    """An e-mail address as typed by hand: folded to one form, refused with a reason the buyer can act on."""

    def to_python(self, value: Any) -> str:
        return text.clean_identifier(str(value)) if value else ""

    def run_validators(self, value: Any) -> None:
        if value and "@" not in value:
            raise ValidationError(_("There is no @ in it. An address looks like name@qq.com."), code="no-at")
        if value and "." not in value.rpartition("@")[2]:
            raise ValidationError(_("What stands after the @ is not complete, it should end like qq.com."), code="no-dot")
        super().run_validators(value)


class CheckoutForm(forms.Form):
    """Who buys and how it is paid. What is bought, and its price, are read on the server."""

    email = AddressField(
        label=gettext_lazy("E-mail"),
        max_length=254,
        error_messages={
            "required": gettext_lazy("Fill in an e-mail address: the link to your order goes there."),
            "invalid": gettext_lazy("This is not an e-mail address. One looks like name@qq.com."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email", "spellcheck": "false"}),
    )
    method = forms.ChoiceField(
        label=gettext_lazy("Way to pay"),
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose a way to pay."),
            "invalid_choice": gettext_lazy("This way to pay cannot be used now. Choose another."),
        },
    )
    nonce = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: QueryDict | None = None, *, ways: Sequence[Method], guest: bool) -> None:
        self.incomplete = data is not None and not NONCE.fullmatch(data.get("nonce", ""))
        if data is not None and self.incomplete:
            data = data.copy()
            data["nonce"] = new_nonce()
        usable = [way for way in ways if not way.disabled]
        # A wallet that covers it all is the fastest way, and says so.
        first = sorted(usable, key=lambda way: not way.is_wallet)[:1]
        initial = {"nonce": new_nonce(), "method": first[0].value if first else ""}
        super().__init__(data, initial=initial)
        choices = self.fields["method"]
        assert isinstance(choices, forms.ChoiceField)
        choices.choices = [(way.value, way.label) for way in usable]
        if not guest:
            del self.fields["email"]

    def renew(self) -> None:
        """Make the form that is sent next another one: it orders by itself."""
        self.data = {name: self.data[name] for name in self.data} | {"nonce": new_nonce()}

    def clean(self) -> None:
        if self.incomplete:
            raise ValidationError(_("This form was not complete. Nothing was ordered; please send it once more."))


class LookUpForm(forms.Form):
    """Which order somebody looks for. What is wrong with the form of a number says nothing of whether there is one."""

    number = forms.CharField(
        label=gettext_lazy("Order number"),
        max_length=80,
        error_messages={"required": gettext_lazy("Fill in the order number: sixteen letters and digits.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}),
    )
    email = AddressField(
        label=gettext_lazy("E-mail"),
        max_length=254,
        error_messages={
            "required": gettext_lazy("Fill in the address that you ordered with."),
            "invalid": gettext_lazy("This is not an e-mail address. One looks like name@qq.com."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email", "spellcheck": "false"}),
    )

    def clean_number(self) -> str:
        typed = ids.typed(text.undashed(text.folded(self.cleaned_data["number"])))
        odd = sorted(set(typed) - set(ids.CROCKFORD))
        if odd:
            raise ValidationError(
                _("An order number has only letters and digits, without U; there is “%(odd)s” in it.") % {"odd": odd[0]}
            )
        if len(typed) != ids.NUMBER_LENGTH:
            told = {"n": len(typed), "all": ids.NUMBER_LENGTH}
            raise ValidationError(_("An order number has %(all)d letters and digits; these are %(n)d.") % told)
        return typed
