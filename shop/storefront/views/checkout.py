import datetime as dt

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kameng.accounts.models import User
from kameng.lib import client, clock, money
from kameng.lib.transitions import Refused
from shop.orders.access import remember
from shop.orders.limits import Buyer
from shop.orders.models import Order
from shop.orders.place import Item, place
from shop.storefront.device import device, keep_device
from shop.storefront.forms import CheckoutForm
from shop.storefront.methods import Method, methods
from shop.storefront.offer import Offer, offer_for
from shop.storefront.paying import begin
from shop.storefront.typed import whole
from shop.storefront.views.private import private


@private
@require_http_methods(["GET", "HEAD", "POST"])
def checkout(request: HttpRequest) -> HttpResponse:
    """One page: who buys, how it is paid; sending it places the order and goes to where it is paid."""
    now = clock.now()
    asked = request.POST if request.method == "POST" else request.GET
    quantity = whole(asked.get("instead") or asked.get("quantity"))
    offer = offer_for(whole(asked.get("sku")), quantity, now)
    if offer is None:
        raise Http404
    ways = methods(user=request.user, amount=offer.total)
    name = device(request)
    if request.method == "POST":
        form = CheckoutForm(request.POST, ways=ways, guest=request.user.is_anonymous)
        response = _send(request, form, offer, quantity or 0, now) or _page(request, form, offer, ways)
    else:
        response = _page(request, CheckoutForm(ways=ways, guest=request.user.is_anonymous), offer, ways)
    keep_device(response, name)
    return response


def _page(request: HttpRequest, form: CheckoutForm, offer: Offer, ways: list[Method]) -> HttpResponse:
    smaller = offer.instead(offer.most) if 0 < offer.most < offer.quantity else None
    return render(request, "storefront/checkout.html", {"form": form, "offer": offer, "ways": ways, "smaller": smaller})


def _send(request: HttpRequest, form: CheckoutForm, offer: Offer, quantity: int, now: dt.datetime) -> HttpResponse | None:
    """Place the order and go on to pay it; None where the form has to be shown again."""
    if not form.is_valid() or not _same_price(request, form, offer):
        return None
    try:
        order = place(
            buyer=_buyer(request, form),
            items=[Item(offer.sku.pk, quantity)],
            nonce=form.cleaned_data["nonce"],
            now=now,
        )
    except Refused as refused:
        form.add_error(None, refused.message)
        return None
    if not order.user_id:
        remember(request, order)
    return redirect(_start(request, order, form.cleaned_data["method"], now))


def _start(request: HttpRequest, order: Order, method: str, now: dt.datetime) -> str:
    try:
        return begin(order=order, method=method, now=now)
    except Refused as refused:
        # The order is placed and keeps its goods; its pay page offers the other ways.
        messages.error(request, refused.message)
        return reverse("pay", args=[order.number])


def _buyer(request: HttpRequest, form: CheckoutForm) -> Buyer:
    user = request.user if isinstance(request.user, User) else None
    return Buyer(
        email=user.email if user else form.cleaned_data["email"],
        locale=get_language() or settings.LANGUAGE_CODE,
        user=user,
        device=device(request),
        address=client.address(request),
    )


def _same_price(request: HttpRequest, form: CheckoutForm, offer: Offer) -> bool:
    """The buyer agreed to the price of this moment: what the page had shown is compared, never charged."""
    seen = whole(request.POST.get("seen"))
    if seen is None or seen == offer.total or request.POST.get("instead"):
        return True
    form.add_error(
        None,
        _("The price changed from %(seen)s to %(now)s while this page was open. Nothing was ordered; look again first.")
        % {"seen": money.shown(seen), "now": money.shown(offer.total)},
    )
    return False
