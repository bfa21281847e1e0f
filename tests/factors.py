"""Second factors of tests: an authenticator app whose key is known, and sessions that have shown it."""

import time

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.core.context import request_context
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.utils import decrypt
from django.http import HttpRequest
from django.test import Client

from kameng.accounts.door import SEEN
from kameng.accounts.models import User

OF_USER = "account_authentication_methods_user"


def enrol(user: User) -> Authenticator:
    """The person's authenticator app, set up now if there was none, with recovery codes."""
    found = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
    if found is None:
        with request_context(HttpRequest()):
            found = TOTP.activate(user, generate_totp_secret()).instance
            RecoveryCodes.activate(user)
    return found


def code_of(user: User, *, steps: int = 0) -> str:
    """What the app shows now, or so many half minutes later."""
    return code_for(decrypt(enrol(user).data["secret"]), steps=steps)


def code_for(secret: str, *, steps: int = 0) -> str:
    """What an app with this key shows."""
    shown: str = format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))
    return shown


def show_factor(client: Client, user: User) -> None:
    """The session of this browser, in which the person is signed in, has shown the second factor just now."""
    factor = enrol(user)
    now = time.time()
    session = client.session
    record = {"method": "mfa", "at": now, "id": factor.pk, "type": factor.type}
    session.update({AUTHENTICATION_METHODS_SESSION_KEY: [record], OF_USER: str(user.pk), SEEN: now})
    session.save()
