import datetime as dt
from dataclasses import dataclass, replace

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from kameng.accounts.models import User
from kameng.lib import client, clock
from kameng.lib.transitions import Refused
from shop.inventory.claim import SoldOut
from shop.orders.access import remember
from shop.orders.limits import Buyer, TooManyUnpaid
from shop.orders.models import Order, OrderStatus
from shop.orders.place import Item, place
from shop.storefront.device import device, keep_device
from shop.storefront.forms import CheckoutForm
from shop.storefront.methods import Method, methods
from shop.storefront.offer import Offer, offer_for
from shop.storefront.paying import begin
from shop.storefront.typed import whole
from shop.storefront.unpaid import unpaid_orders
from shop.storefront.views.private import private


@dataclass
class Desk:
    """What lies on the table while an order is made."""

    request: HttpRequest
    now: dt.datetime
    device: str
    offer: Offer
    ways: list[Method]
    #: More were asked for than one order takes.
    cut: bool

    def form(self) -> CheckoutForm:
        data = self.request.POST if self.request.method == "POST" else None
        return CheckoutForm(data, ways=self.ways, guest=self.request.user.is_anonymous)


@private
@require_http_methods(["GET", "HEAD", "POST"])
def checkout(request: HttpRequest) -> HttpResponse:
    """One page: who buys, how it is paid; sending it places the order and goes to where it is paid."""
    asked = request.POST if request.method == "POST" else request.GET
    quantity = whole(asked.get("instead") or asked.get("quantity"))
    now = clock.now()
    offer = offer_for(whole(asked.get("sku")), quantity, now)
    if offer is None:
        raise Http404
    ways, cut = methods(user=request.user, amount=offer.total), (quantity or 0) > offer.quantity
    desk = Desk(request, now, device(request), offer, ways, cut)
    response = _send(desk, quantity or 0) if request.method == "POST" else _page(desk, desk.form())
    keep_device(response, desk.device)
    return response


def _send(desk: Desk, quantity: int) -> HttpResponse:
    """Place the order and go on to pay it; where that is refused, the form again with everything typed and the reason."""
    form, unpaid = desk.form(), []
    try:
        if form.is_valid():
            return redirect(_placed(desk, form, quantity))
    except SoldOut as gone:
        desk.offer = replace(desk.offer, left=gone.left)
        form.add_error(None, gone.message)
    except TooManyUnpaid as refused:
        unpaid = unpaid_orders(desk.request, desk.now)
        form.add_error(None, refused.message)
    except Refused as refused:
        form.add_error(None, refused.message)
    return _page(desk, form, unpaid)


def _placed(desk: Desk, form: CheckoutForm, quantity: int) -> str:
    """Place the order and start its payment; returns where to go. Raises Refused, and then nothing was ordered."""
    order = place(
        buyer=_buyer(desk, form),
        items=[Item(desk.offer.sku.pk, quantity)],
        nonce=form.cleaned_data["nonce"],
        now=desk.now,
        agreed=whole(desk.request.POST.get("seen_instead" if "instead" in desk.request.POST else "seen")),
    )
    if not order.user_id:
        remember(desk.request, order)
    return _started(desk, order, form.cleaned_data["method"])


def _started(desk: Desk, order: Order, method: str) -> str:
    try:
        return begin(order=order, method=method, now=desk.now)
    except Refused as refused:
        # The order is placed and keeps its goods; its pay page offers the other ways. A second click finds it paid.
        order.refresh_from_db(fields=["status"])
        if order.status == OrderStatus.PENDING:
            messages.error(desk.request, refused.message)
        return reverse("pay", args=[order.number])


def _buyer(desk: Desk, form: CheckoutForm) -> Buyer:
    user = desk.request.user if isinstance(desk.request.user, User) else None
    return Buyer(
        email=user.email if user else form.cleaned_data["email"],
        locale=get_language() or settings.LANGUAGE_CODE,
        user=user,
        device=desk.device,
        address=client.network(client.address(desk.request)),
    )


def _page(desk: Desk, form: CheckoutForm, unpaid: list[Order] | None = None) -> HttpResponse:
    offer = desk.offer
    smaller = offer.instead(offer.most) if 0 < offer.most < offer.quantity else None
    context = {"form": form, "offer": offer, "ways": desk.ways, "smaller": smaller, "unpaid": unpaid, "cut": desk.cut}
    return render(desk.request, "storefront/checkout.html", context)
