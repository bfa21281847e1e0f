from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_safe

from kameng.lib import clock
from shop.catalog.queries import listings
from shop.storefront.live import live
from shop.storefront.shelf import card_faces, cards
from shop.storefront.typed import name

#: So many of the best; more of them stand on the shelves.
BEST = 24


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The shop's first page: what came of the latest orders, the shelves, and what is often bought."""
    if "q" in request.GET or "category" in request.GET:
        return HttpResponsePermanentRedirect(_moved(request))
    now = clock.now()
    # Nothing is counted here: one row too many tells whether there is more.
    best = list(listings()[: BEST + 1])
    found = cards(best[:BEST], now)
    context = {"cards": found, "more": len(best) > BEST, "live": live(now), "faces": card_faces(found)}
    return render(request, "storefront/home.html", context)


def _moved(request: HttpRequest) -> str:
    """Where a search or a shelf is that once was a part of this page."""
    query = request.GET.copy()
    shelf = name(query.pop("category", [""])[-1])
    try:
        path = reverse("category", args=[shelf]) if shelf and not query.get("q") else reverse("search")
    except NoReverseMatch:
        path = reverse("search")
    return f"{path}?{query.urlencode()}" if query else path
