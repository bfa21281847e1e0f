"""The page on which pieces of a SKU without secrets are put on the shelf, or taken off."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from kameng.lib import clock, text
from kameng.lib.admin import HouseAdmin
from kameng.lib.admin_names import names_of, reason_of
from kameng.lib.reach import reach_of
from shop.catalog.models import Sku
from shop.inventory.forms import PiecesForm
from shop.inventory.models import CapacityChange
from shop.inventory.pieces import NotSoMany, free_pieces, put

#: The newest changes that the page lists.
SHOWN = 20


def pieces_page(page: HouseAdmin, request: HttpRequest, object_id: str) -> HttpResponse:
    """GET shows what is there and what changed it; POST puts `pieces` more (or less) on the shelf."""
    sku = page.row(request, object_id)
    if sku is None or not sku.counted:
        raise Http404
    if not page.may(request, "change", sku):
        raise PermissionDenied
    form = PiecesForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _put(request, sku, form):
        return HttpResponseRedirect(reverse("admin:catalog_sku_change", args=[sku.pk]))
    context = page.admin_site.each_context(request) | {
        "title": _("Pieces of %(sku)s") % {"sku": sku},
        "form": form,
        "opts": page.opts,
        "original": sku,
        "free": free_pieces(sku, clock.now()),
        "changes": _changes(request, sku),
    }
    return TemplateResponse(request, "admin/catalog/sku/pieces.html", context)


def _put(request: HttpRequest, sku: Sku, form: PiecesForm) -> bool:
    user: Any = request.user
    told = form.cleaned_data
    try:
        shelf = put(sku=sku, pieces=told["pieces"], actor=user.holder, now=clock.now(), reason=text.folded(told["reason"]))
    except NotSoMany as refused:
        form.add_error("pieces", refused.message)
        return False
    messages.success(request, _("There are %(free)d pieces on the shelf now.") % {"free": shelf.free})
    return True


def _changes(request: HttpRequest, sku: Sku) -> list[dict[str, Any]]:
    rows = list(CapacityChange.objects.filter(capacity__sku=sku).order_by("-pk")[:SHOWN])
    names = names_of({row.actor for row in rows}, reach=reach_of(request, "catalog.sku", "view"))
    return [
        {"at": row.at, "change": f"{row.change:+d}", "free": row.free, "who": names[row.actor], "why": reason_of(row.reason)}
        for row in rows
    ]
