import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kameng.accounts.models import User
from kameng.lib import client, clock
from kameng.lib.transitions import Refused
from shop.inventory.claim import SoldOut
from shop.orders.access import remember
from shop.orders.limits import Buyer, TooManyUnpaid
from shop.orders.models import Order, OrderStatus
from shop.orders.place import NotForSale, place
from shop.storefront.basket import Asked, Basket, basket
from shop.storefront.cart import cart_of, change_cart
from shop.storefront.device import device, keep_device
from shop.storefront.forms import CheckoutForm
from shop.storefront.methods import Method, methods
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
    asked: Asked
    basket: Basket
    ways: list[Method]

    def form(self) -> CheckoutForm:
        data = self.request.POST if self.request.method == "POST" else None
        return CheckoutForm(data, ways=self.ways, guest=self.request.user.is_anonymous)


@private
@require_http_methods(["GET", "HEAD", "POST"])
def checkout(request: HttpRequest) -> HttpResponse:
    """One page: who buys, how it is paid; sending it places the order and goes to where it is paid."""
    asked = Asked.read(request.POST if request.method == "POST" else request.GET)
    now = clock.now()
    wanted = basket(asked, now, seen={put.sku_id: (put.quantity, put.seen) for put in cart_of(request).puts})
    if not wanted.offers:
        return _nothing(request, asked)
    ways = methods(user=request.user, amount=(wanted.smaller or wanted).total)
    desk = Desk(request, now, device(request), asked, wanted, ways)
    response = _send(desk) if request.method == "POST" else _page(desk, desk.form())
    keep_device(response, desk.device)
    return response


def _nothing(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Nothing of it is on sale: the cart says so of each of its lines; raises Http404 where it was no line of a cart."""
    if not asked.of_cart:
        raise Http404
    messages.error(request, _("Nothing of that is on sale now, so nothing was ordered."))
    return redirect("cart")


def _send(desk: Desk) -> HttpResponse:
    """Place the order and go on to pay it; where that is refused, the form again with everything typed and the reason."""
    form, unpaid = desk.form(), []
    try:
        if form.is_valid():
            return redirect(_placed(desk, form))
    except SoldOut as gone:
        desk.basket = desk.basket.told(gone.sku, gone.left)
        form.add_error(None, gone.message if gone.left else _("%(what)s is sold out.") % {"what": gone.sku})
    except TooManyUnpaid as refused:
        unpaid = unpaid_orders(desk.request, desk.now)
        form.add_error(None, refused.message)
    except Refused as refused:
        form.add_error(None, refused.message)
    return _page(desk, form, unpaid)


def _placed(desk: Desk, form: CheckoutForm) -> str:
    """Place the order and start its payment; returns where to go. Raises Refused, and then nothing was ordered."""
    if desk.basket.gone:
        raise NotForSale(_not_there(desk.basket))
    order = place(
        buyer=_buyer(desk, form),
        items=desk.asked.items,
        nonce=form.cleaned_data["nonce"],
        now=desk.now,
        agreed=whole(desk.request.POST.get("seen_instead" if "instead" in desk.request.POST else "seen")),
    )
    if not order.user_id:
        remember(desk.request, order)
    if desk.asked.of_cart:
        bought = {item.sku_id for item in desk.asked.items}
        change_cart(desk.request, lambda newest: newest.without(bought))
    return _started(desk, order, form.cleaned_data["method"])


def _not_there(wanted: Basket) -> str:
    said = ngettext(
        "%(n)d product is not on sale any more. Nothing was ordered; below is what is left.",
        "%(n)d products are not on sale any more. Nothing was ordered; below is what is left.",
        wanted.gone,
    )
    return said % {"n": wanted.gone}


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
    context = {"form": form, "basket": desk.basket, "ways": desk.ways, "unpaid": unpaid}
    return render(desk.request, "storefront/checkout.html", context)
