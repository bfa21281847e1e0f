"""The page on which a merchant takes secrets into stock: paste or choose a file, look, confirm."""

from dataclasses import dataclass
from typing import Any, cast

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_variables

from kameng.accounts.models import User
from kameng.lib import clock, uploads
from kameng.lib.admin import HouseAdmin, choices
from kameng.lib.transitions import Refused
from shop.catalog.models import Mode, Sku
from shop.inventory import files, parse, visible
from shop.inventory.by_parts import PART, Line, begin, take_in
from shop.inventory.forms import ImportForm, guess, settle
from shop.inventory.intake import Preview, preview
from shop.inventory.models import Batch, Intake
from shop.inventory.progress_page import rejects_file

SHOWN_BAD = 200
SHOWN_UNLIKE = 50
LONGEST_KEY = 16


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
    if "rejects" in request.POST:
        return _rejects(form)
    mark = form.mark()
    if "confirm" in request.POST and form.cleaned_data["checked"] == mark:
        done = _import(request, form)
        if done and not done.ended_at:
            return HttpResponseRedirect(reverse("admin:inventory_batch_progress", args=[done.batch_id]))
        if done:
            _tell(request, done.batch)
            return HttpResponseRedirect(reverse("admin:inventory_batch_change", args=[done.batch_id]))
        return _answer(page, request, form)
    data: Any = form.data
    data["checked"] = mark
    found = preview(sku=form.cleaned_data["sku"], candidates=form.cleaned_data["candidates"])
    return _answer(page, request, form, Look(found, visible.first_rows(form.cleaned_data["candidates"], found)))


@sensitive_variables()
def _bound(request: HttpRequest, skus: Any) -> ImportForm:
    """The form as typed; the text of a file stands where a pasted one would."""
    data: QueryDict = request.POST.copy()
    described = _is_described(skus, data.get("sku", ""))
    file = request.FILES.get("file")
    problem = _("The file is larger than 10 MiB. Please divide it.") if uploads.too_large(request) else ""
    if file and data.get("text", "").strip():
        problem = _("Paste a text or choose a file, not both.")
    elif file:
        try:
            read = files.read(file.read(), name=str(file.name), sheet=data.get("sheet", "").strip())
            _take(data, read, described=described)
            data["source"] = str(file.name)[:120]
        except parse.Unreadable as error:
            problem = error.message
    settle(data, described=described)
    form = ImportForm(data, skus=skus)
    if problem:
        form.add_error("file", problem)
    return form


def _is_described(skus: QuerySet[Sku], key: str) -> bool:
    """Whether the chosen SKU's lines have public descriptions; what is no key is the form's to refuse."""
    known = skus.filter(pk=key) if key.isascii() and key.isdigit() and len(key) < LONGEST_KEY else []
    return any(sku.by_unit for sku in known)


@sensitive_variables()
def _take(data: QueryDict, file: files.Read, *, described: bool) -> None:
    """The text of the file as the form's, read as it is most likely meant."""
    data["text"], data["sheet"] = file.text, file.sheet if len(file.sheets) > 1 else ""
    guess(data, file.divider, described=described)


@sensitive_variables()
def _import(request: HttpRequest, form: ImportForm) -> Intake | None:
    """Take in what is over in a moment; of more, the beginning is made."""
    told, user = form.cleaned_data, cast(User, request.user)
    source = told["source"] or _("pasted")
    try:
        intake = begin(sku=told["sku"], candidates=told["candidates"], source=source, user=user, now=clock.now())
    except Refused as error:
        form.add_error(None, error.message)
        return None
    if intake.lines <= PART:
        while take_in(intake_id=intake.pk, now=clock.now()):
            pass
    return Intake.objects.select_related("batch").get(pk=intake.pk)


@sensitive_variables()
def _rejects(form: ImportForm) -> HttpResponse:
    """What would be left out, as a file; made of what was sent, and kept nowhere."""
    lines = form.cleaned_data["candidates"]
    skipped = preview(sku=form.cleaned_data["sku"], candidates=lines).skipped
    return rejects_file([Line(bad.line, lines[bad.line - 1], bad) for bad in skipped], name="import")


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
