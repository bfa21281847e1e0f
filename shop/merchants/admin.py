from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.forms import PaginationInlineFormSet
from unfold.widgets import UnfoldAdminEmailInputWidget

from kameng.accounts.models import User
from kameng.accounts.roles import MerchantRole
from kameng.lib import clock
from kameng.lib.admin import HouseAdmin, HouseInline
from kameng.lib.reach import reach_of
from shop.merchants.keys_admin import ApiKeyAdmin as ApiKeyAdmin
from shop.merchants.members import join, leave
from shop.merchants.models import Member, Merchant


class MemberForm(forms.ModelForm):  # type: ignore[type-arg]
    """A person is named by address: a list to choose from would show everybody's."""

    email = forms.EmailField(label=_("e-mail address"), widget=UnfoldAdminEmailInputWidget())

    class Meta:
        model = Member
        fields = ("role",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["email"].initial = self.instance.user.email
            self.fields["email"].disabled = True

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        user = User.objects.filter(email__iexact=email, is_active=True).first()
        if user is None:
            raise forms.ValidationError(_("Nobody has an account with this address. Ask the person to sign up first."))
        self.instance.user = user
        return email


class MemberFormSet(PaginationInlineFormSet):
    """Comings and goings through the verbs, which also open and close the door of the admin."""

    def clean(self) -> None:
        super().clean()
        kept = [form.cleaned_data for form in self.forms if getattr(form, "cleaned_data", None)]
        owners = [told for told in kept if told.get("role") == MerchantRole.OWNER and not told.get("DELETE")]
        if self.initial_form_count() and not owners and not any(self.errors):
            raise forms.ValidationError(_("A shop needs an owner: name another one first."))

    def save_new(self, form: Any, commit: bool = True) -> Member:
        return join(merchant=self.instance, user=form.instance.user, role=form.cleaned_data["role"])

    def delete_existing(self, obj: Member, commit: bool = True) -> None:
        leave(member=obj)


class MemberInline(HouseInline):
    model = Member
    form = MemberForm
    formset = MemberFormSet
    fields = ("email", "role")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("user")


@admin.register(Merchant)
class MerchantAdmin(HouseAdmin):
    merchant_path = ""
    list_display = ("name", "slug", "opened_at")
    search_fields = ("name",)
    ordering = ("name",)
    fields = ("name", "slug", "glyph", "opened_at")
    inlines = (MemberInline,)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """An owner may not change the shop's name, but may change who works there: on the same page."""
        if self.may(request, "change", obj):
            return True
        reach = reach_of(request, "merchants.member", "change")
        return bool(reach) and (obj is None or self.is_within(request, obj, reach.merchants))

    def get_readonly_fields(self, request: HttpRequest, obj: Merchant | None = None) -> tuple[str, ...]:
        return ("opened_at",) if self.may(request, "change", obj) else self.fields

    def save_model(self, request: HttpRequest, obj: Merchant, form: Any, change: bool) -> None:
        if not change:
            obj.opened_at = clock.now()
        super().save_model(request, obj, form, change)
