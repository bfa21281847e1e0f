"""Support finds an order by the key that somebody holds in hand; the key itself is neither stored nor logged."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables
from unfold.widgets import UnfoldAdminTextInputWidget

from kameng.audit.actors import acting
from kameng.audit.record import record
from kameng.lib import clock
from kameng.lib.admin import HouseAdmin
from shop.inventory.intake import fingerprint
from shop.inventory.models import StockUnit

#: A shared secret serves many; more of them are not listed.
SHOWN = 50


class KeyForm(forms.Form):
    """The key as its holder sees it."""

    key = forms.CharField(
        label=_("card key or code"),
        max_length=4096,
        strip=False,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("Exactly as it was delivered. It is not kept; that you looked is written down."),
    )


@sensitive_variables()
def by_key_page(page: HouseAdmin, request: HttpRequest) -> HttpResponse:
    """GET shows the form; POST lists the units that hold this key, of all merchants. For the platform alone, and audited."""
    if not page.reach(request, "view").everywhere:
        raise PermissionDenied
    form = KeyForm(request.POST if request.method == "POST" else None)
    units = _found(request, form.cleaned_data["key"]) if form.is_valid() else None
    context = page.admin_site.each_context(request) | {
        "title": _("Find by key"),
        "form": form,
        "opts": page.opts,
        "units": units,
        "asked": units is not None,
    }
    return TemplateResponse(request, "admin/orders/order/by_key_page.html", context)


@sensitive_variables()
def _found(request: HttpRequest, key: str) -> list[StockUnit]:
    """Units with this key, with or without what surrounds it by accident; one audit entry, which names them and no key."""
    marks = {fingerprint(text) for text in (key, key.strip())}
    rows = StockUnit.objects.filter(secret__fingerprint__in=marks).order_by("-pk")
    related = ("sku__listing__merchant", "batch", "reservation__line__order")
    units: list[StockUnit] = list(rows.select_related(*related)[:SHOWN])
    subject = f"unit:{units[0].pk}" if units else "unit:none"
    with transaction.atomic():
        record(act="look up by key", subject=subject, actor=acting(request), now=clock.now(), reason=f"{len(units)} found")
    return units
