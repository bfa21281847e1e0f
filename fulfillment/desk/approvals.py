"""What waits for a second person: who asks, for what and why; and the page on which somebody else says yes or no."""

from typing import Any, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from kameng.accounts.models import User
from kameng.accounts.step_up import ask_again
from kameng.audit.actors import acting
from kameng.lib import clock, money
from kameng.lib.admin import ReadOnlyAdmin
from kameng.lib.admin_names import NamedMixin, names_of
from kameng.lib.reach import Reach
from kameng.lib.transitions import Refused
from shop.approvals.models import Act, Approval
from shop.approvals.two_people import decide, waiting
from shop.inventory.export import PARTS, Part
from shop.payments.models import Refund


class WaitingFilter(admin.SimpleListFilter):
    """What waits, unless asked otherwise."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("all", _("All"))]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        return queryset if self.value() == "all" else waiting(clock.now(), queryset)

    def choices(self, changelist: Any) -> Any:
        for value, title in ((None, pgettext("approval", "Waits for a second person")), *self.lookup_choices):
            query = changelist.get_query_string({self.parameter_name: value} if value else {}, [self.parameter_name])
            yield {"selected": self.value() == value, "query_string": query, "display": title}


@admin.register(Approval)
class ApprovalAdmin(NamedMixin, ReadOnlyAdmin):
    """Nothing here is a form of rows: both buttons are verbs."""

    named_by = "asked_by"
    merchant_path = "merchant"
    list_display = ("asked_at", "what", "merchant", "who", "reason", "state", "second", "ends_at")
    list_display_links = ("asked_at", "what")
    list_filter = (WaitingFilter,)
    list_select_related = ("merchant",)
    ordering = ("-pk",)
    fields = list_display

    def named_rows(self, rows: Any, reach: Reach) -> None:
        listed = list(rows)
        codes = {code for row in listed for code in (row.asked_by, row.decided_by) if code}
        names = names_of(codes, reach=reach)
        # Whom a merchant's people do not work with is the platform's.
        known = codes if reach.everywhere else _colleagues(codes, reach)
        for row in listed:
            row.named = names[row.asked_by]
            row.second_named = (
                names[row.decided_by] if row.decided_by in known else _("the platform") if row.decided_by else ""
            )

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return approval_page(self, request, object_id)

    @admin.display(description=gettext_lazy("what"))
    def what(self, row: Approval) -> str:
        return shown(row)

    @admin.display(description=gettext_lazy("asked by"))
    def who(self, row: Any) -> str:
        name: str = row.named
        return name

    @admin.display(description=gettext_lazy("status"))
    def state(self, row: Approval) -> str:
        return state_of(row)

    @admin.display(description=gettext_lazy("second person"))
    def second(self, row: Any) -> str:
        name: str = row.second_named
        return name


def approval_page(page: ApprovalAdmin, request: HttpRequest, object_id: str) -> HttpResponse:
    """GET shows who asks for what and why; POST is the second person's word, after their second factor."""
    row = page.row(request, object_id)
    if row is None:
        raise Http404
    own = row.asked_by == cast(User, request.user).holder
    may = page.may(request, f"approve_{row.act}", row) and not own
    if request.method == "POST":
        return _decided(request, row, may=may)
    context = page.admin_site.each_context(request) | {
        "title": shown(row),
        "opts": page.opts,
        "original": row,
        "row": row,
        "own": own,
        "may": may and row.open(clock.now()) and not row.decided_by,
        "state": state_of(row),
        "about": _about(row),
        "now": clock.now(),
    }
    return TemplateResponse(request, "admin/approvals/approval.html", context)


def _decided(request: HttpRequest, row: Approval, *, may: bool) -> HttpResponse:
    if not may:
        raise PermissionDenied
    if asking := ask_again(request, back=request.path):
        return asking
    if not {"approve", "refuse"} & set(request.POST):
        raise Http404
    try:
        actor = acting(request, merchant_id=row.merchant_id)
        decide(approval_id=row.pk, approved="approve" in request.POST, actor=actor, now=clock.now())
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        said = _("Approved. Who asked can do it now.") if "approve" in request.POST else _("Refused.")
        messages.success(request, said)
    return HttpResponseRedirect(request.path)


def shown(row: Approval) -> str:
    """What it is about, in words."""
    if row.act == Act.EXPORT:
        told = {"number": row.subject.partition(":")[2], "part": PARTS[Part(row.detail)]}
        return _("Export batch #%(number)s: %(part)s") % told
    return _("Refund of %(amount)s by hand") % {"amount": money.shown(int(row.detail))}


def state_of(row: Approval) -> str:
    """The status, and where time ended it, that."""
    over = row.status in ("ASKED", "APPROVED") and not row.open(clock.now())
    return pgettext("approval", "Lapsed") if over else row.get_status_display()


def _about(row: Approval) -> str:
    """The address of the page of what it is about."""
    name = row.subject.partition(":")[2]
    if row.act == Act.EXPORT:
        return reverse("admin:inventory_batch_change", args=[name])
    refund = Refund.objects.filter(number=name).values_list("pk", flat=True).first()
    return reverse("admin:payments_refund_change", args=[refund]) if refund else ""


def _colleagues(codes: set[str], reach: Reach) -> set[str]:
    """Those who work where the reader does."""
    keys = [int(code.partition(":")[2]) for code in codes]
    return {user.holder for user in User.objects.filter(pk__in=keys, memberships__merchant__in=reach.merchants)}
