"""allauth's second factors in this house: their keys are sealed like every secret, and they bear the shop's name."""

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest
from django.views.decorators.debug import sensitive_variables

from kameng.accounts.devices import device
from kameng.accounts.models import FactorKey, User
from kameng.lib import crypto, ids


class MFAAdapter(DefaultMFAAdapter):
    @sensitive_variables()
    def encrypt(self, text: str) -> str:
        """Seal the key in a row of its own, which `rotate_keys` finds; allauth keeps the row's reference."""
        row = FactorKey(ref=ids.reference())
        row.sealed = crypto.ring().seal(text.encode(), row.place)
        row.save(force_insert=True)
        return row.ref

    @sensitive_variables()
    def decrypt(self, encrypted_text: str) -> str:
        """The plain key; raises CannotOpen."""
        row = FactorKey.objects.get(ref=encrypted_text)
        return crypto.ring().open(row.sealed, row.place).decode()

    def get_totp_issuer(self) -> str:
        return settings.SITE_NAME

    def _get_site_name(self) -> str:
        return settings.SITE_NAME

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        """A passkey is called after the device that made it."""
        request: HttpRequest = self.request
        return device(request.headers.get("User-Agent", ""))


def key_of(authenticator: Authenticator) -> str:
    """The reference of an authenticator's sealed key; empty where it has none."""
    found: str = authenticator.data.get("secret") or authenticator.data.get("seed") or ""
    return found
