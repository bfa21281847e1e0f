from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.app_settings import EmailVerificationMethod
from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from allauth.account.utils import get_next_redirect_url
from allauth.core.exceptions import ImmediateHttpResponse
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.forms import AuthenticationForm


class StaffLogin(AuthenticationForm):
    """The admin's sign-in: by e-mail, counted by allauth's limits, and followed by its second factor like every other one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("e-mail address")
        self.fields["username"].widget.attrs["autocomplete"] = "username"

    def clean(self) -> dict[str, Any]:
        email, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if email and password:
            self.user_cache = get_adapter(self.request).authenticate(self.request, email=email, password=password)
            if self.user_cache is None:
                raise self.get_invalid_login_error()
            self.confirm_login_allowed(self.user_cache)
            # Django's view would sign in by the password alone.
            raise ImmediateHttpResponse(_sign_in(self.request, self.user_cache, email))
        cleaned: dict[str, Any] = self.cleaned_data
        return cleaned


def _sign_in(request: HttpRequest, user: Any, email: str) -> Any:
    """allauth's sign-in, whose steps go on from here. Staff whose address nobody confirmed were let in by the platform."""
    back = get_next_redirect_url(request) or reverse("admin:index")
    login = Login(user=user, redirect_url=back, email_verification=EmailVerificationMethod.NONE)
    return perform_password_login(request, {"email": email}, login)
