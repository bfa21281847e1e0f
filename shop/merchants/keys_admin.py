"""Pages of an owner's keys for programs: made after showing who one is, shown once, listed without their secret, revoked."""

from typing import Any, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_variables
from unfold.decorators import action

from kameng.accounts.models import User
from kameng.accounts.step_up import ask_again
from kameng.audit.actors import acting
from kameng.lib import clock
from kameng.lib.admin import HouseAdmin, choices
from kameng.lib.transitions import Refused
from shop.merchants.keys import make_key, revoke_key
from shop.merchants.keys_forms import KeyForm
from shop.merchants.models import ApiKey, Merchant, Scope


@admin.register(ApiKey)
class ApiKeyAdmin(HouseAdmin):
    merchant_path = "merchant"
    list_display = ("name", "begins", "merchant", "allowed", "state", "expires_at", "last_used_at", "created_by")
    list_select_related = ("merchant", "created_by")
    list_filter = (("revoked_at", admin.EmptyFieldListFilter),)
    search_fields = ("name", "prefix")
    ordering = ("-pk",)
    actions_detail = ("revoke",)
    fields = (
        *("merchant", "name", "begins", "allowed", "state", "created_at", "created_by", "expires_at"),
        *("last_used_at", "revoked_at"),
    )

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return make_page(self, request)

    def has_revoke_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        key = self.row(request, object_id)
        return object_id is None or (key is not None and key.revoked_at is None and self.may(request, "revoke", key))

    @action(description=gettext_lazy("Revoke"), url_path="revoke", permissions=["revoke"])
    def revoke(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return revoke_page(self, request, object_id)

    @admin.display(description=gettext_lazy("begins with"))
    def begins(self, key: ApiKey) -> str:
        return f"{key.shown_prefix}…"

    @admin.display(description=gettext_lazy("allowed to"))
    def allowed(self, key: ApiKey) -> str:
        return " · ".join(str(Scope(scope).label) for scope in key.scopes)

    @admin.display(description=gettext_lazy("state"))
    def state(self, key: ApiKey) -> str:
        if key.revoked_at:
            return _("revoked")
        return _("in force") if key.is_live(clock.now()) else _("expired")


@sensitive_variables()
def make_page(page: ApiKeyAdmin, request: HttpRequest) -> HttpResponse:
    """GET asks what the key is for; POST makes it, and its answer is the only one that ever shows it."""
    if not page.may(request, "add"):
        raise PermissionDenied
    if asking := ask_again(request, back=request.path):
        return asking
    merchants = choices(page.admin_site, Merchant, request, page.reach(request, "add"))
    form = KeyForm(request.POST if request.method == "POST" else None, merchants=merchants)
    made = None
    if form.is_valid():
        merchant = form.cleaned_data["merchant"]
        actor, user = acting(request, merchant_id=merchant.pk), cast(User, request.user)
        try:
            made = make_key(merchant=merchant, wanted=form.wanted(), user=user, actor=actor, now=clock.now())
        except Refused as refused:
            form.add_error(None, refused.message)
    context = page.admin_site.each_context(request) | {
        "title": _("Your new key") if made else _("Make a key for a program"),
        "form": None if made else form,
        "made": made,
        "opts": page.opts,
    }
    answer = TemplateResponse(request, "admin/merchants/apikey/make.html", context)
    answer["Cache-Control"] = "no-store"
    return answer


def revoke_page(page: ApiKeyAdmin, request: HttpRequest, object_id: str) -> HttpResponse:
    """GET asks whether it is meant; POST ends the key at once."""
    key = page.row(request, object_id)
    if key is None:
        raise Http404
    if not page.may(request, "revoke", key):
        raise PermissionDenied
    if request.method == "POST":
        revoked = revoke_key(key_id=key.pk, actor=acting(request, merchant_id=key.merchant_id), now=clock.now())
        said = _("The key is revoked. It opens nothing any more.") if revoked else _("The key was revoked before.")
        page.message_user(request, said, messages.SUCCESS if revoked else messages.WARNING)
        return HttpResponseRedirect(reverse("admin:merchants_apikey_changelist"))
    title = _("Revoke %(key)s") % {"key": key}
    context = page.admin_site.each_context(request) | {"title": title, "opts": page.opts, "original": key}
    return TemplateResponse(request, "admin/merchants/apikey/revoke.html", context)
