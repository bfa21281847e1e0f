"""allauth's forms of passkeys, in words, and with an end to their names."""

from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _

LONGEST = 60


class AddPasskeyForm(AddWebAuthnForm):
    """Every passkey signs in alone, so every one must have asked its owner for a finger, a face or the screen lock."""

    name = forms.CharField(label=_("Name"), max_length=LONGEST, required=False)

    def clean_passwordless(self) -> bool:
        return True


class RenamePasskeyForm(EditWebAuthnForm):
    name = forms.CharField(label=_("Name"), max_length=LONGEST)
