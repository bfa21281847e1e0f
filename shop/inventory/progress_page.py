"""How far an import is, and after it a file of the lines that were left out."""

from collections.abc import Sequence

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.debug import sensitive_variables

from kameng.audit.actors import acting
from kameng.lib import clock
from kameng.lib.admin import HouseAdmin
from kameng.lib.sheets import csv_text
from shop.inventory import described
from shop.inventory.by_parts import Forgotten, Line, rejects
from shop.inventory.models import Intake


def progress_page(page: HouseAdmin, request: HttpRequest, object_id: str) -> HttpResponse:
    """GET shows the batch's import, again and again while it runs; POST downloads what was left out of it."""
    batch = page.row(request, object_id)
    if batch is None:
        raise Http404
    if not page.may(request, "add", batch):
        raise PermissionDenied
    intake = Intake.objects.select_related("batch__sku__listing").filter(batch=batch).first()
    if intake is None:
        raise Http404
    if request.method == "POST":
        return _download(request, intake)
    context = page.admin_site.each_context(request) | {
        "title": _("Import #%(number)d") % {"number": batch.pk},
        "opts": page.opts,
        "original": batch,
        "intake": intake,
        "percent": 100 * intake.done // max(1, intake.lines),
        "kept": intake.rejects_until is not None and intake.rejects_until > clock.now(),
        "left_out": intake.batch.known + intake.batch.repeated + intake.batch.malformed,
    }
    return TemplateResponse(request, "admin/inventory/batch/progress.html", context)


@sensitive_variables()
def _download(request: HttpRequest, intake: Intake) -> HttpResponse:
    actor = acting(request, merchant_id=intake.batch.sku.listing.merchant_id)
    try:
        lines = rejects(intake=intake, actor=actor, now=clock.now())
    except Forgotten as refused:
        messages.error(request, refused.message)
        return HttpResponseRedirect(request.path)
    return rejects_file(lines, name=f"batch-{intake.batch_id}")


@sensitive_variables()
def rejects_file(lines: Sequence[Line], *, name: str) -> HttpResponse:
    """The lines with their numbers and why they were left out, for a spreadsheet; nothing in them becomes a formula."""
    both = any(described.BETWEEN in line.text for line in lines)
    rows = [[pgettext("of a text", "line"), _("reason"), *([_("public description")] if both else []), _("text")]]
    for line in lines:
        reason = f"{line.bad.problem.value} {line.bad.character}".strip() if line.bad else ""
        said, text = described.divided(line.text)
        rows.append([str(line.number), reason, *([said] if both else []), text])
    answer = HttpResponse(csv_text(rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}-rejects.csv"'
    answer["Cache-Control"] = "no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
