"""The page “What buyers fill in” of one SKU. Every button sends the whole form, so that nothing typed is lost."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from kameng.lib.admin import HouseAdmin
from kameng.lib.inputs.library import ALL
from kameng.lib.inputs.specs import MOST_FIELDS
from shop.catalog.asking import ChangedMeanwhile, Lacking, ask, lacking, mark
from shop.catalog.composing.changes import sentence, told
from shop.catalog.composing.composition import Broken, Composition, known
from shop.catalog.composing.preview import preview
from shop.catalog.models import Sku

#: SKUs from which fields are offered to be copied: those of the same listing first.
MOST_SOURCES = 200


def asks_page(page: HouseAdmin, request: HttpRequest, object_id: str) -> HttpResponse:
    """GET shows the fields as they are stored; POST does what its button `do` says, and only `save` stores anything."""
    sku = _sku(page, request, object_id)
    composing = Composing(page, request, sku)
    if request.method == "POST" and (response := composing.act()):
        return response
    return composing.response()


def asks_preview(page: HouseAdmin, request: HttpRequest, object_id: str) -> HttpResponse:
    """What buyers would see of the form that is sent; stores nothing."""
    sku = _sku(page, request, object_id)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    return HttpResponse(preview(request, sku, _sent(request, sku)))


def _sku(page: HouseAdmin, request: HttpRequest, object_id: str) -> Sku:
    sku: Sku | None = page.row(request, object_id)
    if sku is None:
        raise Http404
    if not page.may(request, "change", sku):
        raise PermissionDenied
    return sku


def _sent(request: HttpRequest, sku: Sku) -> Composition:
    try:
        return Composition.sent(request.POST, sku.recipient_fields)
    except Broken as error:
        raise BadRequest("a composition that no page sends") from error


class Composing:
    """One request to the page."""

    def __init__(self, page: HouseAdmin, request: HttpRequest, sku: Sku) -> None:
        self.page, self.request, self.sku = page, request, sku
        self.seen = request.POST.get("seen", "")
        #: The id of what has the focus when the page opens.
        self.focus = ""
        #: What could not be done, in words.
        self.refused = ""
        self.judged = False
        if request.method == "POST":
            self.composition = _sent(request, sku)
        else:
            self.seen, self.composition = mark(sku.recipient_fields), Composition.stored(sku.recipient_fields)

    def act(self) -> HttpResponse | None:
        """Do what the pressed button says; the answer, where it is another page."""
        do, _colon, key = self.request.POST.get("do", "").partition(":")
        if do == "save":
            return self._save()
        if do == "look":
            self.judged = True
            return None
        self.composition = self.composition.unjudged
        steps = {"add": self._add, "remove": self._remove, "up": self._move, "down": self._move, "copy": self._copy}
        if do in steps:
            steps[do](do, key)
        return None

    def response(self) -> HttpResponse:
        sku, composition = self.sku, self.composition
        wrong = list(composition.problems) if self.judged else []
        context = self.page.admin_site.each_context(self.request) | {
            "title": _("What buyers fill in: %(sku)s") % {"sku": sku},
            "opts": self.page.opts,
            "original": sku,
            "composition": composition,
            "problems": wrong,
            "refused": self.refused,
            "lacking": "" if composition.rows else lacking(sku.kind, ()),
            "types": [(kind.name, capfirst(str(kind.title))) for kind in ALL],
            "sources": self.sources,
            "most": MOST_FIELDS,
            "seen": self.seen,
            "focus": self.focus or ("problems" if wrong or self.refused else ""),
            "preview": preview(self.request, sku, composition),
            "back": reverse("admin:catalog_sku_change", args=[sku.pk]),
            "preview_address": reverse("admin:catalog_sku_asks_preview", args=[sku.pk]),
        }
        return TemplateResponse(self.request, "admin/catalog/sku/asks/page.html", context)

    @cached_property
    def sources(self) -> list[Sku]:
        """Other SKUs of the same merchant that ask for something."""
        own: QuerySet[Sku] = self.page.get_queryset(self.request).filter(listing__merchant=self.sku.listing.merchant_id)
        asking = (
            own.exclude(recipient_fields=[])
            .exclude(pk=self.sku.pk)
            .select_related("listing")
            .order_by("listing", "position")
        )
        return sorted(asking[:MOST_SOURCES], key=lambda sku: sku.listing_id != self.sku.listing_id)

    def _save(self) -> HttpResponse | None:
        self.judged = True
        if self.composition.wrong:
            return None
        try:
            before = ask(sku_id=self.sku.pk, fields=self.composition.specs, seen=self.seen)
        except Lacking as refused:
            self.refused = refused.message
            return None
        except ChangedMeanwhile as refused:
            # Whoever saves once more has been told.
            self.sku.refresh_from_db()
            self.seen = mark(self.sku.recipient_fields)
            self.refused = _("%(what)s Save once more to put yours in their place.") % {"what": refused.message}
            return None
        self._log(before)
        return HttpResponseRedirect(self.request.path)

    def _log(self, before: Any) -> None:
        self.sku.refresh_from_db()
        if said := told(known(before), self.sku.recipient_fields):
            self.page.log_change(self.request, self.sku, sentence(said))
            saved = _("Saved. Buyers of %(sku)s are asked so from now on.") % {"sku": self.sku}
            off = "" if self.sku.on_sale else _("It is off sale: put it on sale on its page.")
            messages.success(self.request, f"{saved} {off}".strip())
        else:
            messages.info(self.request, _("Nothing has changed."))

    def _add(self, _do: str, _key: str) -> None:
        name = self.request.POST.get("type", "")
        if not name:
            self.focus, self.refused = "id_type", _("Choose what kind of field to add.")
        elif self.composition.full:
            self.refused = _("There are at most %(most)d fields.") % {"most": MOST_FIELDS}
        else:
            try:
                label = self.composition.add(name).fields["label"]
            except Broken as error:
                raise BadRequest("no such type") from error
            label.widget.attrs["autofocus"] = True

    def _remove(self, _do: str, key: str) -> None:
        gone = self.composition.remove(key)
        self.focus = "id_type"
        if gone:
            said = _("“%(field)s” is taken out. Nothing is saved yet.")
            messages.info(self.request, said % {"field": gone.named})

    def _move(self, do: str, key: str) -> None:
        row = self.composition.move(key, -1 if do == "up" else 1)
        if row is None:
            return
        at = self.composition.rows.index(row)
        edge = {"up": at == 0, "down": at == len(self.composition.rows) - 1}
        # At its end a button is off, and the other one leads back.
        self.focus = f"{'down' if edge[do] and do == 'up' else 'up' if edge[do] else do}-{key}"

    def _copy(self, _do: str, _key: str) -> None:
        chosen = self.request.POST.get("source", "")
        source = next((sku for sku in self.sources if str(sku.pk) == chosen), None)
        if source is None:
            self.focus, self.refused = "id_source", _("Choose the SKU to copy from.")
            return
        copied = Composition.stored(source.recipient_fields)
        fixed = {each["key"]: each["type"] for each in known(self.sku.recipient_fields)}
        if any(fixed.get(row.key, row.kind.name) != row.kind.name for row in copied.rows):
            self.refused = _("These fields cannot be copied here: one of them was another one in this SKU.")
            return
        self.composition = copied
        said = _("Here stand the fields of %(sku)s now. Nothing is saved yet.")
        messages.info(self.request, said % {"sku": source})
