"""The buyer's pages of an order. Every one passes the gate, and none is stored by anybody."""

import datetime as dt
from urllib.parse import quote

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from fulfillment.delivery.reveal import SHOWN, TAKEN, NotDelivered, Shown, reveal
from fulfillment.delivery.shipping import receive
from fulfillment.tracking.goods import GoodsCard
from fulfillment.tracking.page import Page, page
from fulfillment.tracking.state import SLOW_SECONDS, Pace, State, state
from fulfillment.tracking.words import masked
from kameng.audit.record import Actor
from kameng.lib import client, clock, crypto
from kameng.lib.pacing import too_many
from kameng.lib.transitions import Refused
from kameng.notices.alarms import raise_alarm
from kameng.notices.centre import read_thread
from shop.inventory.models import StockUnit, UnitStatus
from shop.orders.access import access_order, remember, seen_by
from shop.orders.link import send_link
from shop.orders.models import Order, OrderLine
from shop.storefront.head import head
from shop.storefront.tries import wait_for_link
from shop.storefront.views.private import of_order


@of_order
@require_safe
def order(request: HttpRequest, number: str) -> HttpResponse:
    """The whole page."""
    found, now = access_order(request, number), clock.now()
    _told(request, found, now)
    return _whole(request, page(found, now))


@of_order
@require_safe
def order_state(request: HttpRequest, number: str) -> HttpResponse:
    """The part that changes; 204 where the browser has it already (`?v=` is its version)."""
    found, now = access_order(request, number), clock.now()
    seen = state(found, now)
    if request.GET.get("v") == seen.version:
        return _paced(HttpResponse(status=204), seen)
    _told(request, found, now)
    shown = page(found, now)
    response = _paced(render(request, "tracking/state.html", {"page": shown}), shown.state)
    response["X-Title"] = quote(shown.title)
    return response


@of_order
@require_safe
def order_link(request: HttpRequest, token: str) -> HttpResponseRedirect:
    """A guest's link from a mail: this browser may see the order from now on. A member's order is reached by signing in."""
    found = Order.objects.filter(token=token, user=None).first()
    if found is None or not constant_time_compare(found.token, token):
        raise Http404
    remember(request, found)
    return redirect("order", found.number)


@of_order
def nothing(request: HttpRequest) -> HttpResponse:
    """Any other address in here, such as a link that lost a piece."""
    raise Http404


@of_order
@sensitive_variables()
def reveal_keys(request: HttpRequest, number: str) -> HttpResponse:
    """Show keys of one line (`line`), all or those named (`unit`), in this response only; each is written down."""
    found = access_order(request, number)
    if request.method != "POST":
        return redirect("order", found.number)
    line, shown = _opened(request, found)
    codes = {one.unit_id: one.secret for one in shown}
    _told(request, found, clock.now())
    whole = page(found, clock.now(), codes)
    if not request.headers.get("HX-Request"):
        return _whole(request, whole, shows=True)
    return _fragment(request, whole, line)


@of_order
@require_POST
@sensitive_variables()
def download(request: HttpRequest, number: str) -> HttpResponse:
    """The keys of one line as a text file, one after the other, exactly as they were sold; each is written down."""
    found = access_order(request, number)
    line, shown = _opened(request, found, TAKEN)
    response = HttpResponse("".join(f"{one.secret}\n" for one in shown), content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{found.shown_number}-{line.pk}.txt"'
    return response


@of_order
@require_POST
def received(request: HttpRequest, number: str) -> HttpResponse:
    """The buyer has the parcel of one line (`line`) in hand."""
    found = access_order(request, number)
    line = OrderLine.objects.filter(order=found, pk=_number(request.POST.get("line"))).first()
    if line is None:
        raise Http404
    try:
        receive(line_id=line.pk, actor=seen_by(request, found), now=clock.now())
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect("order", found.number)


@of_order
@require_POST
def resend(request: HttpRequest, number: str) -> HttpResponse:
    """The link of a paid order by mail once more, to the order's own address."""
    found, now = access_order(request, number), clock.now()
    if found.paid_at is None:
        return redirect("order", found.number)
    seconds = wait_for_link(request, found.number, now)
    if seconds:
        return too_many(request, seconds)
    send_link(order=found, key=f"again:{int(now.timestamp())}", now=now)
    messages.success(request, _("The link is on its way to %(mail)s.") % {"mail": masked(found.email)})
    return redirect("order", found.number)


@sensitive_variables()
def _fragment(request: HttpRequest, whole: Page, line: OrderLine) -> HttpResponse:
    """What a press on one key's button, or on the one for all keys, puts in its place."""
    card = next(card for card in whole.cards if isinstance(card, GoodsCard) and card.line == line)
    chosen = [key for key in card.keys if key.code]
    one = "unit" in request.POST and len(chosen) == 1
    template = "tracking/key.html" if one else "tracking/keys.html"
    return render(request, template, {"page": whole, "card": card, "key": chosen[0], "fragment": True})


@sensitive_variables()
def _opened(request: HttpRequest, found: Order, how: str = SHOWN) -> tuple[OrderLine, list[Shown]]:
    """The named keys of a line of this order, opened for its buyer; Http404 for what is not there."""
    line = OrderLine.objects.filter(order=found, pk=_number(request.POST.get("line"))).first()
    if line is None:
        raise Http404
    units = [_number(text) for text in request.POST.getlist("unit")] or _all_units(line)
    now = clock.now()
    try:
        return line, reveal(line=line, unit_ids=units, actor=_actor(request, found), now=now, how=how)
    except NotDelivered as refused:
        raise Http404 from refused
    except crypto.CannotOpen as error:
        text = _("A delivered key cannot be opened: %(reason)s") % {"reason": error}
        raise_alarm(key=f"{line.ref}:sealed", kind="secret-unreadable", subject=line.ref, text=text, now=now)
        raise


def _all_units(line: OrderLine) -> list[int]:
    units = StockUnit.objects.filter(reservation=line.reservation_id, status=UnitStatus.DELIVERED)
    return list(units.values_list("pk", flat=True)) if line.reservation_id else []


def _number(text: str | None) -> int:
    """A row's key as sent; 0, which no row has, for anything else."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 19 else 0


def _actor(request: HttpRequest, found: Order) -> Actor:
    agent = request.headers.get("User-Agent", "")
    return Actor(seen_by(request, found), "buyer", client.address(request), agent)


def _told(request: HttpRequest, found: Order, now: dt.datetime) -> None:
    """The page says what the member's messages about the order say: they are no news any more."""
    user, shown = request.user, head(request)
    if shown.unread and user.is_authenticated and found.user_id == user.pk:
        shown.unread -= read_thread(user=user, thread=found.owner, now=now)


def _whole(request: HttpRequest, shown: Page, *, shows: bool = False) -> HttpResponse:
    return render(request, "tracking/order.html", {"page": shown, "shows": shows})


def _paced(response: HttpResponse, seen: State) -> HttpResponse:
    response["X-State-Version"] = seen.version
    response["X-Now"] = str(int(clock.now().timestamp()))
    if seen.pace is Pace.STOP:
        response["X-Live"] = "stop"
    elif seen.pace is Pace.SLOW:
        response["Retry-After"] = str(SLOW_SECONDS)
    return response
