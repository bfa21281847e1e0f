import datetime as dt
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kameng.lib import clock
from kameng.lib.times import clock_time
from kameng.lib.transitions import Refused
from shop.orders.access import access_order
from shop.orders.expire import extend
from shop.payments.sweep import ask_at_once
from shop.storefront.methods import methods
from shop.storefront.paying import begin
from shop.storefront.paystate import PayState, Stage, pay_state
from shop.storefront.typed import name
from shop.storefront.views.private import of_order

#: A browser looks this often at an order whose time is over.
SECONDS_WHEN_OVER = 20


@of_order
@require_safe
def pay(request: HttpRequest, number: str) -> HttpResponse:
    """Where an order is paid; a paid one is shown on its own page."""
    order = access_order(request, number)
    now = clock.now()
    state = pay_state(order, now)
    if state.stage is Stage.SETTLED:
        return redirect("order", order.number)
    return render(request, "storefront/pay.html", _context(request, state, now))


def _context(request: HttpRequest, state: PayState, now: dt.datetime) -> dict[str, Any]:
    ways = methods(user=request.user, amount=state.missing)
    usable = [way for way in ways if not way.disabled]
    before = state.payment.account if state.payment else None
    return {
        "state": state,
        "order": state.order,
        "ways": ways,
        "first": usable[0].value if usable else "",
        # The rest of a sum is paid most easily where the first part was.
        "rest": next((way for way in usable if way.account and way.account == before), usable[0] if usable else None),
        "now": now,
    }


@of_order
@require_safe
def pay_live(request: HttpRequest, number: str) -> HttpResponse:
    """What changed since the version `v`: 204 for nothing, the new state, or where to go when it is paid."""
    now = clock.now()
    order = access_order(request, number)
    state = pay_state(order, now)
    if state.stage is Stage.SETTLED:
        return HttpResponse(status=204, headers={"X-Go": reverse("order", args=[order.number]), "X-Live": "stop"})
    if request.GET.get("v") == state.version:
        response = HttpResponse(status=204)
    else:
        response = render(request, "storefront/pay/state.html", _context(request, state, now))
        response["X-Title"] = quote(f"{state.heading} · {settings.SITE_NAME}")
    response["X-State-Version"] = state.version
    response["X-Now"] = str(int(now.timestamp()))
    if state.final:
        response["X-Live"] = "stop"
    elif state.over:
        response["Retry-After"] = str(SECONDS_WHEN_OVER)
    return response


@of_order
@require_POST
def pay_start(request: HttpRequest, number: str) -> HttpResponse:
    """Pay the same order in the chosen way."""
    order = access_order(request, number)
    try:
        return redirect(begin(order=order, method=name(request.POST.get("method")), now=clock.now()))
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("pay", order.number)


@of_order
@require_POST
def pay_extend(request: HttpRequest, number: str) -> HttpResponse:
    """Five minutes more, once."""
    order = access_order(request, number)
    try:
        extend(order_id=order.pk, now=clock.now())
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("Five minutes were added."))
    return redirect("pay", order.number)


@of_order
@require_POST
def pay_check(request: HttpRequest, number: str) -> HttpResponse:
    """The buyer says it is paid: the gateway is asked at once."""
    order = access_order(request, number)
    now = clock.now()
    ask_at_once(order_id=order.pk, now=now)
    order.refresh_from_db(fields=["status"])
    if pay_state(order, now).stage is not Stage.SETTLED:
        said = _("Asked at %(time)s: the payment service has no money for this order yet. We go on asking by ourselves.")
        messages.info(request, said % {"time": clock_time(now)})
    return redirect("pay", order.number)
