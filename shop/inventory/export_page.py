"""Pages on which a merchant's owner gets secrets back: a batch as a file, one unit to be read."""

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from kameng.accounts.models import User
from kameng.accounts.roles import MerchantRole
from kameng.audit.actors import acting
from kameng.lib import clock, crypto
from kameng.lib.admin import HouseAdmin
from kameng.lib.names import listed
from kameng.lib.transitions import Refused
from shop.approvals.models import Act, ApprovalStatus
from shop.approvals.two_people import NeedsSecondPerson, ask, open_ones
from shop.inventory.export import PARTS, Given, Part, as_text, as_workbook, export_batch, export_of, show_unit
from shop.inventory.models import Batch
from shop.inventory.step_up_forms import TEXT, ExportForm, StepUpForm
from shop.merchants.models import Member

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@sensitive_variables()
def export_page(page: HouseAdmin, request: HttpRequest, object_id: str) -> HttpResponse:
    """GET asks which, as what and why; POST with the right password is the file."""
    request.sensitive_post_parameters = ["password"]  # type: ignore[attr-defined]
    batch = _row(page, request, object_id, "export")
    form = ExportForm(request.POST if request.method == "POST" else None, user=cast(User, request.user))
    if form.is_valid():
        told = form.cleaned_data
        actor = acting(request, merchant_id=batch.sku.listing.merchant_id)
        try:
            given = export_batch(batch=batch, part=told["part"], actor=actor, reason=told["reason"], now=clock.now())
        except NeedsSecondPerson:
            ask(what=export_of(batch, told["part"]), actor=actor, reason=told["reason"], now=clock.now())
            messages.info(request, _("A second person has been asked. Once it is approved, download it here."))
            return HttpResponseRedirect(request.path)
        except (Refused, crypto.CannotOpen) as error:
            form.add_error(None, _said(error))
        else:
            return _file(batch, told["part"], told["kind"], given)
    title = _("Export batch #%(number)d") % {"number": batch.pk}
    return _asked(page, request, {"title": title, "form": form, "original": batch} | _second(request, batch))


def _second(request: HttpRequest, batch: Batch) -> dict[str, Any]:
    """What this person asked for of the batch, and who else may approve it."""
    user, merchant, now = cast(User, request.user), batch.sku.listing.merchant_id, clock.now()
    rows = open_ones(Act.EXPORT, f"batch:{batch.pk}", user.holder, now)
    asked = [{"row": row, "part": PARTS[Part(row.detail)]} for row in rows]
    owners = Member.objects.filter(merchant=merchant, role=MerchantRole.OWNER, user__is_active=True).exclude(user=user.pk)
    names = listed(str(member.user) for member in owners.select_related("user").order_by("pk"))
    ready = any(row.status == ApprovalStatus.APPROVED for row in rows)
    return {"two_people": True, "asked": asked, "others": names, "ready": ready, "now": now}


@sensitive_variables()
def unit_page(page: HouseAdmin, request: HttpRequest, object_id: str) -> HttpResponse:
    """GET asks why; POST with the right password shows the secret, on this answer only."""
    request.sensitive_post_parameters = ["password"]  # type: ignore[attr-defined]
    unit = _row(page, request, object_id, "reveal")
    form = StepUpForm(request.POST if request.method == "POST" else None, user=cast(User, request.user))
    given: Given | None = None
    if form.is_valid():
        actor = acting(request, merchant_id=unit.sku.listing.merchant_id)
        try:
            given = show_unit(unit=unit, actor=actor, reason=form.cleaned_data["reason"], now=clock.now())
        except crypto.CannotOpen as error:
            form.add_error(None, _said(error))
    title = _("Secret of unit #%(number)d") % {"number": unit.pk}
    return _asked(page, request, {"title": title, "form": form, "original": unit, "given": given})


def _row(page: HouseAdmin, request: HttpRequest, object_id: str, action: str) -> Any:
    row = page.row(request, object_id)
    if row is None:
        raise Http404
    if not page.may(request, action, row):
        raise PermissionDenied
    return row


def _said(error: Exception) -> str:
    return (
        error.message
        if isinstance(error, Refused)
        else _("This cannot be opened: its key is missing. Please tell the platform.")
    )


@sensitive_variables()
def _file(batch: Batch, part: Part, kind: str, given: list[Given]) -> HttpResponse:
    content, mime = (as_text(given), "text/plain; charset=utf-8") if kind == TEXT else (as_workbook(given), XLSX)
    answer = HttpResponse(content, content_type=mime)
    answer["Content-Disposition"] = f'attachment; filename="batch-{batch.pk}-{part.value}.{kind}"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "no-store"
    return answer


@sensitive_variables()
def _asked(page: HouseAdmin, request: HttpRequest, told: dict[str, Any]) -> HttpResponse:
    context = page.admin_site.each_context(request) | {"opts": page.opts} | told
    answer = TemplateResponse(request, "admin/inventory/step_up.html", context)
    answer["Cache-Control"] = "no-store"
    return answer
