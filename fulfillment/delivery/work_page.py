"""The page on which one line is delivered by hand: take it up, hand it in, ship it, leave it, or give it up."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from fulfillment.delivery.forms import GiveUpForm, HandInForm, ShipForm
from fulfillment.delivery.manual import GivenUp, give_up, hand_in, put_back, take_up
from fulfillment.delivery.models import FulfillmentStatus, HandDelivery
from fulfillment.delivery.shipping import ship
from kameng.lib import clock, money
from kameng.lib.admin import HouseAdmin
from kameng.lib.transitions import Refused
from shop.catalog.models import Mode

LIST = "admin:delivery_handdelivery_changelist"
#: Counted no further.
ENOUGH = 100


@dataclass
class Desk:
    """One line on the desk of one person."""

    page: HouseAdmin
    request: HttpRequest
    row: HandDelivery

    @property
    def user(self) -> Any:
        return self.request.user

    @property
    def mine(self) -> bool:
        """This person took it up, and still has it."""
        until = self.row.taken_until
        return self.row.taken_by_id == self.user.pk and until is not None and until > clock.now()

    @property
    def may(self) -> bool:
        return self.page.may(self.request, "change", self.row)

    def earlier(self) -> int:
        """How many lines of this merchant were paid before this one and are in nobody's hands; counted up to 100."""
        queue = self.page.get_queryset(self.request).filter(status=FulfillmentStatus.WAITING)
        before = queue.filter(line__merchant=self.row.line.merchant_id, paid_seq__lt=self.row.paid_seq)
        return before.order_by()[:ENOUGH].count()

    def deliver_form(self, *, bound: bool = False) -> Form:
        data = self.request.POST if bound else None
        return ShipForm(data) if self.row.line.mode == Mode.SHIPMENT else HandInForm(data, line=self.row.line)


@sensitive_variables()
def work_page(page: HouseAdmin, request: HttpRequest, object_id: str) -> HttpResponse:
    """GET shows the line; POST does what its button says, and goes on with the next line, or says why not."""
    # The report of an error must not hold what was typed.
    request.sensitive_post_parameters = ["secrets"]  # type: ignore[attr-defined]
    row = page.row(request, object_id)
    if row is None:
        raise Http404
    desk = Desk(page, request, row)
    if request.method != "POST":
        return _answer(desk)
    if not desk.may:
        raise PermissionDenied
    act = next((act for name, act in ACTS.items() if name in request.POST), None)
    if act is None:
        raise Http404
    return act(desk)


def take_next(page: HouseAdmin, request: HttpRequest) -> HttpResponse:
    """Take up the line that has waited longest, whatever it is, and open it."""
    if request.method != "POST" or not page.may(request, "change"):
        raise PermissionDenied
    user: Any = request.user
    # Somebody may see more lines than they deliver.
    own = page.reachable(page.get_queryset(request), page.reach(request, "change"))
    free = own.filter(status=FulfillmentStatus.WAITING).order_by("paid_seq")
    # Whoever takes the first one at this moment leaves us the second.
    for pk in free.values_list("pk", flat=True)[:5]:
        try:
            take_up(fulfillment_id=pk, user=user, now=clock.now())
        except Refused:
            continue
        return _go(pk)
    messages.info(request, _("Nothing waits to be delivered by hand."))
    return HttpResponseRedirect(reverse(LIST))


def _take(desk: Desk) -> HttpResponse:
    return _tried(desk, lambda: take_up(fulfillment_id=desk.row.pk, user=desk.user, now=clock.now())) or _go(desk.row.pk)


def _leave(desk: Desk) -> HttpResponse:
    refused = _tried(desk, lambda: put_back(fulfillment_id=desk.row.pk, user=desk.user, now=clock.now()))
    return refused or HttpResponseRedirect(reverse(LIST))


@sensitive_variables()
def _deliver(desk: Desk) -> HttpResponse:
    form = desk.deliver_form(bound=True)
    if not form.is_valid():
        return _answer(desk, form)
    try:
        if isinstance(form, ShipForm):
            ship(fulfillment_id=desk.row.pk, user=desk.user, parcel=form.parcel(), now=clock.now())
        else:
            hand_in(fulfillment_id=desk.row.pk, user=desk.user, goods=form.cleaned_data["goods"], now=clock.now())
    except Refused as refused:
        form.add_error(None, refused.message)
        return _answer(desk, form)
    return _done(desk, _("Delivered: %(what)s.") % {"what": desk.row.line})


def _give_up(desk: Desk) -> HttpResponse:
    form = GiveUpForm(desk.request.POST)
    if not form.is_valid():
        return _answer(desk, lost=form)
    reason = GivenUp(form.cleaned_data["reason"])
    try:
        amount = give_up(fulfillment_id=desk.row.pk, user=desk.user, reason=reason, now=clock.now())
    except Refused as refused:
        form.add_error(None, refused.message)
        return _answer(desk, lost=form)
    return _done(desk, _("%(amount)s goes back to the buyer.") % {"amount": money.shown(amount)})


def _tried(desk: Desk, act: Callable[[], object]) -> HttpResponse | None:
    try:
        act()
    except Refused as refused:
        messages.error(desk.request, refused.message)
        return _go(desk.row.pk)
    return None


def _done(desk: Desk, said: str) -> HttpResponse:
    """Say what was done; on to the rest of the line, or to the list."""
    messages.success(desk.request, said)
    desk.row.refresh_from_db()
    return _go(desk.row.pk) if desk.mine else HttpResponseRedirect(reverse(LIST))


def _go(pk: int) -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:delivery_handdelivery_change", args=[pk]))


def _answer(desk: Desk, form: Form | None = None, lost: Form | None = None) -> TemplateResponse:
    working = desk.may and desk.mine
    context = desk.page.admin_site.each_context(desk.request) | {
        "title": str(desk.row.line),
        "opts": desk.page.opts,
        "row": desk.row,
        "line": desk.row.line,
        "mine": working,
        "may_take": desk.may and not working,
        "earlier": desk.earlier(),
        # What was typed stays on the page, even where the line went into other hands meanwhile.
        "form": form or (desk.deliver_form() if working else None),
        "lost": lost or (GiveUpForm() if working else None),
        "ships": desk.row.line.mode == Mode.SHIPMENT,
        "now": clock.now(),
    }
    return TemplateResponse(desk.request, "admin/delivery/handdelivery/work.html", context)


ACTS: dict[str, Callable[[Desk], HttpResponse]] = {
    "take": _take,
    "leave": _leave,
    "deliver": _deliver,
    "give_up": _give_up,
}
