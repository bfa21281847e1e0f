from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal.ratelimit import respond_429
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.http import HttpRequest
from django.urls import reverse

from kameng.accounts.models import User
from kameng.accounts.proofs import enrolled, proved_recently
from kameng.lib import client


class AccountAdapter(DefaultAccountAdapter):
    """allauth in this house: whose tries are counted, and what is asked again."""

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address that limits count is the one our own proxies saw."""
        return client.address(request) or "0.0.0.0"  # noqa: S104

    def clean_email(self, email: str) -> str:
        """An address is one line: within quotes Django takes characters that other programs read as line breaks."""
        if not email.isprintable():
            raise ValidationError(EmailValidator.message, code="invalid")
        cleaned: str = super().clean_email(email)
        return cleaned

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Tries on an account are counted for each network: whoever guesses locks nobody else out."""
        key: str = super()._get_login_attempts_cache_key(request, **credentials)
        return f"{key}:{client.network(client.address(request))}"

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Too many tries are answered as such (429), whichever page they came to."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError as error:
            raise ImmediateHttpResponse(respond_429(request)) from error

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Nobody is asked again just after they showed who they are, be it by signing in."""
        return super().is_reauthentication_required(app=app, **kwargs) and not proved_recently(self.request)

    def get_reauthentication_methods(self, user: User | AnonymousUser) -> list[dict[str, Any]]:
        """Whoever has a second factor is asked for it: a password that somebody learned must not change it."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        if isinstance(user, User) and enrolled(user):
            return [method for method in methods if method["id"] != "reauthenticate"]
        return methods

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("security")

    def send_account_already_exists_mail(self, email: str) -> None:
        """An address that is taken costs as much time as a new account, which hashes a password."""
        User().set_password("as slow as a new one")
        super().send_account_already_exists_mail(email)
