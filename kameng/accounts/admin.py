"""Users as the platform sees them. Groups and allauth's rows are not for the admin: roles come from one table."""

from typing import Any

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from kameng.accounts.models import User
from kameng.lib.admin import HouseAdmin

# Autodiscovery follows INSTALLED_APPS, where these come before this app.
for model in (Group, EmailAddress, EmailConfirmation, Authenticator, UserSession):
    if admin.site.is_registered(model):
        admin.site.unregister(model)


class UserForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = User
        fields = ("email", "name", "is_active", "is_staff", "platform_role")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("platform_role") and not cleaned.get("is_staff"):
            self.add_error("is_staff", _("A platform role works for staff only."))
        return cleaned


@admin.register(User)
class UserAdmin(HouseAdmin):
    form = UserForm
    list_display = ("email", "name", "is_active", "is_staff", "platform_role", "date_joined")
    list_filter = ("is_staff", "platform_role", "is_active")
    search_fields = ("email", "name")
    ordering = ("-pk",)
    fields = ("email", "name", "is_active", "is_staff", "platform_role", "date_joined", "last_login")

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        # An address is changed by its owner, who proves it; a role by somebody else than the person who gets it.
        fixed = ("date_joined", "last_login")
        if obj is None:
            return fixed
        own = ("is_active", "is_staff", "platform_role") if obj.pk == request.user.pk else ()
        return (*fixed, "email", *own)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if not change:
            # The person sets a password through "forgot password".
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
