import datetime as dt
from dataclasses import dataclass, field

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kameng.accounts.models import User
from kameng.lib import client, clock
from kameng.lib.transitions import Refused
from shop.inventory.claim import SoldOut
from shop.inventory.claim_chosen import UnitGone
from shop.orders.access import remember
from shop.orders.limits import Buyer, TooManyUnpaid
from shop.orders.models import Order, OrderStatus
from shop.orders.place import NotForSale, SentOtherwise, place
from shop.orders.recipients import BadRecipient
from shop.storefront.basket import Asked, Basket, basket
from shop.storefront.cart import cart_of, change_cart
from shop.storefront.device import device, keep_device
from shop.storefront.forms import CheckoutForm
from shop.storefront.methods import Method, methods
from shop.storefront.offer import Trouble
from shop.storefront.paying import begin
from shop.storefront.recipients import Recipient, addressed, last_time, no_longer_asked, recipients
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
    #: Where it goes, for each offer that asks; `last` says that there is what was filled in last time, unused.
    recipients: list[Recipient] = field(default_factory=list)
    last: bool = False

    def form(self) -> CheckoutForm:
        data = self.request.POST if self.request.method == "POST" else None
        return CheckoutForm(data, ways=self.ways, guest=self.request.user.is_anonymous)


@private
@require_http_methods(["GET", "HEAD", "POST"])
def checkout(request: HttpRequest) -> HttpResponse:
    """One page: who buys, how it is paid; sending it places the order and goes to where it is paid."""
    asked = Asked.read(request.POST if request.method == "POST" else request.GET)
    now = clock.now()
    wanted = basket(asked, now, seen={put.key: (put.quantity, put.seen) for put in cart_of(request).puts})
    if not wanted.offers:
        return _nothing(request, asked)
    if not asked.of_cart and wanted.offers[0].trouble is Trouble.UNCHOSEN:
        return redirect(f"{wanted.offers[0].page}&choose=1")
    ways = methods(user=request.user, amount=(wanted.smaller or wanted).total)
    desk = Desk(request, now, device(request), asked, wanted, ways)
    _ask_where(desk)
    response = _send(desk) if request.method == "POST" else _page(desk, desk.form())
    keep_device(response, desk.device)
    return response


@private
@require_POST
def recipient(request: HttpRequest) -> HttpResponse:
    """What is filled in so far, judged: the input that `changed`, and what is to be compared once all of an offer is good."""
    wanted = basket(Asked.read(request.POST), clock.now())
    filled = recipients(wanted.offers, request.POST)
    inputs = (each for one in filled for row in one.form.rows for each in row.inputs)
    # A list cannot be filled in wrongly, and a page's script has it in hand.
    lines = (each for each in inputs if each.field.part.shape != "choice")
    changed = next((each for each in lines if each.html_name == request.POST.get("changed")), None)
    return render(request, "storefront/checkout/judged.html", {"changed": changed, **_where(filled)})


def _where(filled: list[Recipient]) -> dict[str, object]:
    """What the templates of a recipient need to know."""
    return {
        "recipients": filled,
        "final": any(each.is_final for each in filled),
        "to_compare": any(each.unconfirmed for each in filled),
    }


def _ask_where(desk: Desk) -> None:
    """Lay the forms of the recipients on the desk, filled in as last time where a member asks for that."""
    request, offers = desk.request, desk.basket.offers
    if request.method == "POST":
        desk.recipients = recipients(offers, request.POST)
        return
    before = last_time(request.user, offers) if isinstance(request.user, User) else {}
    again = "last" in request.GET
    desk.recipients = recipients(offers, None, before if again else None)
    desk.last = bool(before) and not again


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
        # All are asked, so that each says what is wrong.
        confirmed = [each.form.confirmed for each in desk.recipients]
        if form.is_valid() and all(confirmed):
            return redirect(_placed(desk, form))
    except UnitGone as gone:
        desk.basket = desk.basket.told_gone((gone.sku.pk, gone.unit.secret.ref))
        form.add_error(None, gone.message)
    except SoldOut as gone:
        desk.basket = desk.basket.told(gone.sku, gone.left)
        form.add_error(None, gone.message if gone.left else _("%(what)s is sold out.") % {"what": gone.sku})
    except (TooManyUnpaid, SentOtherwise) as refused:
        unpaid = unpaid_orders(desk.request, desk.now)
        form.add_error(None, refused.message)
        if isinstance(refused, SentOtherwise):
            form.renew()
    except Refused as refused:
        form.add_error(None, refused.message)
    return _page(desk, form, unpaid)


def _placed(desk: Desk, form: CheckoutForm) -> str:
    """Place the order and start its payment; returns where to go. Raises Refused, and then nothing was ordered."""
    if desk.basket.gone:
        raise NotForSale(_not_there(desk.basket))
    if unasked := no_longer_asked(desk.basket.offers, desk.request.POST):
        raise BadRecipient(unasked)
    order = place(
        buyer=_buyer(desk, form),
        items=addressed(desk.asked.items, desk.recipients),
        nonce=form.cleaned_data["nonce"],
        now=desk.now,
        agreed=whole(desk.request.POST.get("seen_instead" if "instead" in desk.request.POST else "seen")),
    )
    if not order.user_id:
        remember(desk.request, order)
    if desk.asked.of_cart:
        bought = {item.key for item in desk.asked.items}
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
    context = {
        "form": form,
        "basket": desk.basket,
        "ways": desk.ways,
        "unpaid": unpaid,
        **_where(desk.recipients),
        "paying": 4 if desk.recipients else 2,
        "missing": [each for one in desk.recipients for each in one.missing] if form.is_bound else [],
        "last": desk.last,
    }
    return render(desk.request, "storefront/checkout.html", context)
