from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kameng.lib import clock
from shop.catalog.models import Listing
from shop.catalog.queries import cleaned_query, listings, matching
from shop.storefront.live import live
from shop.storefront.shelf import cards
from shop.storefront.typed import whole

PER_PAGE = 24


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The shop's first page, a category of it, or what a search found."""
    now = clock.now()
    query, category = cleaned_query(request.GET.get("q", "")), request.GET.get("category", "")
    found = listings()
    if category:
        found = found.filter(category__slug=category)
    if query:
        found = found.filter(matching(query))
    page: Page[Listing] = Paginator(found, PER_PAGE).get_page(whole(request.GET.get("page")) or 1)
    front = not query and not category and page.number == 1
    context = {
        "query": query,
        "category": category,
        "page": page,
        "cards": cards(list(page), now, query),
        "live": live(now) if front else None,
    }
    return render(request, "storefront/home.html", context)
