"""The page on which a merchant takes secrets into stock: paste or choose a file, look, confirm."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_variables

from kameng.lib import clock, uploads
from kameng.lib.admin import HouseAdmin, choices
from kameng.lib.transitions import Refused
from shop.catalog.models import Mode, Sku
from shop.inventory import files, parse, visible
from shop.inventory.forms import ImportForm, guess, settle
from shop.inventory.intake import Preview, import_batch, preview
from shop.inventory.models import Batch

SHOWN_BAD = 200
SHOWN_UNLIKE = 50


@dataclass(frozen=True, slots=True, repr=False)
class Look:
    """What the page shows of a preview."""

    found: Preview

    rows: list[visible.Row]

    @property
    def skipped(self) -> list[parse.Bad]:
        return self.found.skipped[:SHOWN_BAD]

    @property
    def more_skipped(self) -> int:
        return max(0, len(self.found.skipped) - SHOWN_BAD)

    @property
    def unlike(self) -> list[parse.Bad]:
        return self.found.unlike[:SHOWN_UNLIKE]

    @property
    def more_unlike(self) -> int:
        return max(0, len(self.found.unlike) - SHOWN_UNLIKE)


@sensitive_variables()
def import_page(page: HouseAdmin, request: HttpRequest) -> HttpResponse:
    """GET shows the form; POST looks, and with `confirm` imports exactly what was looked at."""
    # The report of an error must not hold what was typed.
    request.sensitive_post_parameters = ["text"]  # type: ignore[attr-defined]
    skus = choices(page.admin_site, Sku, request, page.reach(request, "add")).filter(mode=Mode.AUTO)
    if request.method != "POST":
        return _answer(page, request, ImportForm(initial={"sku": request.GET.get("sku")}, skus=skus))
    form = _bound(request, skus)
    if not form.is_valid():
        return _answer(page, request, form)
    mark = form.mark()
    if "confirm" in request.POST and form.cleaned_data["checked"] == mark:
        done = _import(request, form)
        if done:
            _tell(request, done)
            return HttpResponseRedirect(reverse("admin:inventory_batch_change", args=[done.pk]))
        return _answer(page, request, form)
    data: Any = form.data
    data["checked"] = mark
    found = preview(sku=form.cleaned_data["sku"], candidates=form.cleaned_data["candidates"])
    return _answer(page, request, form, Look(found, visible.first_rows(form.cleaned_data["candidates"], found)))


@sensitive_variables()
def _bound(request: HttpRequest, skus: Any) -> ImportForm:
    """The form as typed; the text of a file stands where a pasted one would."""
    data: QueryDict = request.POST.copy()
    file = request.FILES.get("file")
    problem = _("The file is larger than 10 MiB. Please divide it.") if uploads.too_large(request) else ""
    if file and data.get("text", "").strip():
        problem = _("Paste a text or choose a file, not both.")
    elif file:
        try:
            _take(data, files.read(file.read(), name=str(file.name), sheet=data.get("sheet", "").strip()))
            data["source"] = str(file.name)[:120]
        except parse.Unreadable as error:
            problem = error.message
    settle(data)
    form = ImportForm(data, skus=skus)
    if problem:
        form.add_error("file", problem)
    return form


@sensitive_variables()
def _take(data: QueryDict, file: files.Read) -> None:
    """The text of the file as the form's, read as it is most likely meant."""
    data["text"], data["sheet"] = file.text, file.sheet if len(file.sheets) > 1 else ""
    guess(data, file.divider)


@sensitive_variables()
def _import(request: HttpRequest, form: ImportForm) -> Batch | None:
    cleaned = form.cleaned_data
    source = cleaned["source"] or _("pasted")
    user: Any = request.user
    try:
        return import_batch(sku=cleaned["sku"], secrets=cleaned["candidates"], source=source, user=user, now=clock.now())
    except Refused as error:
        form.add_error(None, error.message)
        return None


def _tell(request: HttpRequest, batch: Batch) -> None:
    said = ngettext("%(count)d secret was taken into stock.", "%(count)d secrets were taken into stock.", batch.new)
    messages.success(request, said % {"count": batch.new})


def _answer(page: HouseAdmin, request: HttpRequest, form: ImportForm, look: Look | None = None) -> TemplateResponse:
    context = page.admin_site.each_context(request) | {
        "title": _("Import secrets"),
        "opts": page.opts,
        "form": form,
        "look": look,
    }
    status = 413 if uploads.too_large(request) else 200
    return TemplateResponse(request, "admin/inventory/batch/import.html", context, status=status)
