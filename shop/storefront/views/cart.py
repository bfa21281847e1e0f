"""The cart's page, and putting something into it. Every change works with scripts and without."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kameng.lib import clock
from kameng.lib.transitions import Refused
from shop.orders.place import Item, NotChosen, NotForSale
from shop.storefront.basket import checkout_address
from shop.storefront.cart import Cart, Put, cart_of, change_cart
from shop.storefront.cartform import Sent, applied, read_form
from shop.storefront.cartstate import CartState, cart_state
from shop.storefront.linekey import line_key, read_unit
from shop.storefront.offer import Offer, Trouble, asked_for
from shop.storefront.typed import pieces, whole
from shop.storefront.views.private import private


class NoQuantity(Refused):
    """What was typed as a quantity is none."""


@private
@require_http_methods(["GET", "HEAD", "POST"])
def cart(request: HttpRequest) -> HttpResponse:
    """What this browser put aside; sending the form changes it, or goes on to the checkout with what is chosen."""
    if request.method == "POST":
        return _changed(request)
    return render(request, "storefront/cart.html", {"cart": cart_state(cart_of(request), clock.now())})


def _changed(request: HttpRequest) -> HttpResponse:
    now, by_script, before = clock.now(), _by_script(request), cart_of(request)
    sent = read_form(request.POST, before, by_script=by_script)
    prices = {offer.item.key: offer.each for offer in asked_for(sent.items, now)}
    kept = change_cart(request, lambda newest: applied(newest, sent, prices))
    state = cart_state(kept, now, faults=sent.faults)
    if sent.go:
        note = _in_the_way(sent, state)
        if not note:
            return redirect(_onwards(sent, state))
        state = cart_state(kept, now, faults=sent.faults, note=note)
    if by_script:
        back = before.removed.put.key if sent.undo and before.removed else sent.resized
        told = {"cart": state, "pressed": sent, "focus": line_key(*back) if back else ""}
        return render(request, "storefront/cart/state.html", told)
    if state.note or sent.faults:
        return render(request, "storefront/cart.html", {"cart": state, "answer": True})
    return redirect("cart")


def _in_the_way(sent: Sent, state: CartState) -> str:
    """Why the chosen lines cannot be taken to the checkout as they were shown; empty where they can."""
    if not sent.taken:
        return _("Choose what you want to buy first.")
    if sent.faults or sent.taken - {line.offer.item.key for line in state.counted}:
        return _("Something in your cart is not as it was. Look again, then go on.")
    return ""


def _onwards(sent: Sent, state: CartState) -> str:
    # What another tab put in meanwhile was not on the button that was pressed.
    lines = [line for line in state.counted if line.offer.item.key in sent.taken]
    return checkout_address([line.offer.item for line in lines], of_cart=True)


@private
@require_POST
def cart_add(request: HttpRequest) -> HttpResponse:
    """Put so many of a SKU into the cart, on top of what is there of it; where no two are alike, the one that was chosen."""
    unit = read_unit(request.POST.get("unit"))
    found = asked_for([Item(whole(request.POST.get("sku")) or 0, 1, unit=unit)], clock.now())
    offer = next((each for each in found if each.on_sale), None)
    if offer is None and not _by_script(request):
        raise Http404
    said, put = "", None
    try:
        put, said = _put(request, offer)
    except Refused as refused:
        said = refused.message
    if _by_script(request):
        return render(request, "storefront/cart/put.html", {"offer": offer, "put": put, "said": said})
    assert offer is not None
    return _sent_on(request, offer, put, said)


def _put(request: HttpRequest, offer: Offer | None) -> tuple[Put, str]:
    """Put it in; returns the line, and what there is to say about it. Raises Refused, and then nothing was put in."""
    if offer is None:
        raise NotForSale(_("This is not on sale any more."))
    if offer.trouble in (Trouble.UNCHOSEN, Trouble.GONE):
        raise NotChosen(_unchosen(offer))
    quantity = pieces(request.POST.get("quantity", "1"))
    if not quantity:
        raise NoQuantity(_("A quantity is a whole number from 1 on. Nothing was put into your cart."))
    if offer.unit:
        put = Put(offer.sku.pk, 1, offer.each, unit=offer.unit.ref)
        change_cart(request, lambda newest: newest.with_put(put))
        return put, ""
    return _put_more(request, offer, quantity)


def _unchosen(offer: Offer) -> str:
    if offer.unit:
        return _("The one you chose is gone. Choose another one.")
    return _("Choose the one you want first: no two are alike.")


def _put_more(request: HttpRequest, offer: Offer, quantity: int) -> tuple[Put, str]:
    most = offer.sku.max_quantity

    def more(newest: Cart) -> Cart:
        before = newest.find(offer.item.key)
        count = min((before.quantity if before else 0) + quantity, most)
        return newest.with_put(Put(offer.sku.pk, count, offer.instead(count).each))

    before = cart_of(request).find(offer.item.key)
    put = change_cart(request, more).find(offer.item.key)
    assert put is not None
    cut = (before.quantity if before else 0) + quantity > most
    return put, _("One order takes at most %(n)d of it.") % {"n": most} if cut else ""


def _sent_on(request: HttpRequest, offer: Offer, put: Put | None, said: str) -> HttpResponse:
    """Without scripts: to the cart with what was put in, or back to the product with the reason why not."""
    if put is None:
        messages.error(request, said)
        return redirect(offer.page)
    messages.success(request, " ".join(filter(None, [_("In your cart: %(what)s × %(n)d.") % _told(offer, put), said])))
    return redirect("cart")


def _told(offer: Offer, put: Put) -> dict[str, object]:
    return {"what": offer.name, "n": put.quantity}


def _by_script(request: HttpRequest) -> bool:
    return "HX-Request" in request.headers
