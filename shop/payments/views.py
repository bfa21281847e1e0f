from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kameng.lib import client, clock
from shop.orders.access import access_order
from shop.orders.models import OrderStatus
from shop.payments.gateways.base import RawNotice
from shop.payments.gateways.sandbox.cashier import DOES, REPEATS, Press, Told, press
from shop.payments.gateways.sandbox.models import SandboxTrade
from shop.payments.notify import LONGEST_NOTICE, NoSuchAccount, receive
from shop.payments.sweep import ask_at_once


@csrf_exempt
@require_POST
def notify(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take a gateway's notice: no session, no parsing before it is verified, and no more than 64 KiB of it."""
    now = clock.now()
    body = request.read(LONGEST_NOTICE + 1)
    raw = RawNotice(body=body, headers=request.headers, query=request.META.get("QUERY_STRING", ""), received_at=now)
    try:
        answer = receive(account_public_id=public_id, raw=raw, address=client.address(request), now=now)
    except NoSuchAccount:
        # Machines ask here; our page for people would cost more than the answer is worth.
        return HttpResponse("not found", status=404, content_type="text/plain")
    return HttpResponse(answer.body, status=answer.status, headers=dict(answer.headers), content_type="text/plain")


@never_cache
@require_safe
def pay_return(request: HttpRequest, number: str) -> HttpResponse:
    """Where gateways send the buyer back to. It proves nothing, so nothing of its address is read: the gateway is asked."""
    order = access_order(request, number)
    ask_at_once(order_id=order.pk, now=clock.now())
    order.refresh_from_db(fields=["status"])
    return redirect("pay" if order.status == OrderStatus.PENDING else "order", order.number)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sandbox(request: HttpRequest, trade_no: str) -> HttpResponse:
    """The cashier of the demo payment; it does not exist in a shop that takes real money."""
    if not settings.SANDBOX:
        raise Http404
    trade = get_object_or_404(SandboxTrade, trade_no=trade_no)
    if request.method != "POST":
        return _page(request, trade)
    button = request.POST.get("press", "")
    if button not in Press.values:
        messages.error(request, _("Please choose one of the buttons."))
        return _page(request, trade, status=400)
    told = press(trade=trade, button=Press(button), now=clock.now())
    if button == Press.FORGED or not trade.return_url:
        _say(request, told)
        return redirect("sandbox", trade.trade_no)
    return HttpResponseRedirect(_back(trade))


def _back(trade: SandboxTrade) -> str:
    """The path of the way back, and only that: the buyer stays on the host that is open in the browser."""
    path = urlsplit(trade.return_url).path
    return path if path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None) else "/"


def _page(request: HttpRequest, trade: SandboxTrade, status: int = 200) -> HttpResponse:
    paid = trade.paid is not None
    context = {
        "trade": trade,
        "back": _back(trade),
        "paid": paid,
        "buttons": [
            (button, DOES[button]) for button in DOES if button is not Press.PAY and (not paid or button in REPEATS)
        ],
    }
    return render(request, "payments/sandbox.html", context, status=status)


def _say(request: HttpRequest, told: list[Told]) -> None:
    for answer in told:
        messages.info(
            request,
            _("The shop answered: %(text)s (status %(status)s)") % {"text": answer.text.strip(), "status": answer.status},
        )
