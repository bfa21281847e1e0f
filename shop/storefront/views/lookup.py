from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from kameng.lib import clock
from kameng.lib.pacing import too_many
from shop.orders.link import ask
from shop.storefront.forms import LookUpForm
from shop.storefront.tries import wait_for_link
from shop.storefront.views.private import private


@private
@require_http_methods(["GET", "HEAD", "POST"])
def lookup(request: HttpRequest) -> HttpResponse:
    """Number and address of an order: its link goes to the order's address, and what is answered here tells nobody whether."""
    form = LookUpForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return render(request, "storefront/lookup.html", {"form": form})
    now, number = clock.now(), form.cleaned_data["number"]
    seconds = wait_for_link(request, number, now)
    if seconds:
        return too_many(request, seconds)
    ask(number=number, address=form.cleaned_data["email"], now=now)
    return redirect("lookup_sent")


@private
@require_safe
def lookup_sent(request: HttpRequest) -> HttpResponse:
    """The same for everybody."""
    return render(request, "storefront/lookup_sent.html")
