from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from kameng.lib import clock
from shop.catalog.models import Category
from shop.catalog.queries import cleaned_query, listings, matching
from shop.storefront.live import live
from shop.storefront.shelf import card_faces, cards
from shop.storefront.typed import name, whole

PER_PAGE = 24


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The shop's first page, a category of it, or what a search found."""
    now = clock.now()
    query, category = cleaned_query(request.GET.get("q", "")), name(request.GET.get("category"))
    found, shelf = listings(), None
    if category:
        shelf = get_object_or_404(Category, slug=category)
        found = found.filter(category=shelf)
    if query:
        found = found.filter(matching(query))
    number = whole(request.GET.get("page")) or 1
    context: dict[str, Any] = {"query": query, "category": category, "shelf": shelf}
    if query or category or number > 1:
        page = Paginator(found, PER_PAGE).get_page(number)
        context |= {"page": page, "cards": cards(list(page), now, query)}
        return _page(request, context)
    # The front page counts nothing: one row too many tells whether there is more.
    best = list(found[: PER_PAGE + 1])
    context |= {"cards": cards(best[:PER_PAGE], now), "more": len(best) > PER_PAGE, "live": live(now)}
    return _page(request, context)


def _page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    return render(request, "storefront/home.html", context | {"faces": card_faces(context["cards"])})
