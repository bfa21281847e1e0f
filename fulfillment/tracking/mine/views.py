"""我的订单: what this visitor bought, with where each order stands."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from fulfillment.tracking.mine.briefs import briefs, with_balance
from fulfillment.tracking.mine.cards import card, sheet
from fulfillment.tracking.mine.finding import Tab, counted, matching, within
from kameng.lib import clock
from shop.catalog.queries import cleaned_query
from shop.orders.access import visible
from shop.storefront.typed import name, whole
from shop.storefront.views.private import private

PER_PAGE = 20


@private
@require_safe
def orders(request: HttpRequest) -> HttpResponse:
    """The member's orders, or those that a guest's browser remembers: by tab, by words, page by page."""
    now = clock.now()
    query, asked = cleaned_query(request.GET.get("q", "")), name(request.GET.get("tab"))
    tab = Tab(asked) if asked in Tab else Tab.ALL
    found = visible(request).filter(matching(query))
    tabs = counted(found, now)
    pages = Paginator(with_balance(within(found, tab, now)).order_by("-placed_at", "-pk"), PER_PAGE)
    # The tabs counted it already.
    pages.count = next(each.count for each in tabs if each.tab is tab)
    page = pages.get_page(whole(request.GET.get("page")) or 1)
    cards = [card(rows, now) for rows in briefs(list(page))]
    context = {"now": now, "query": query, "tab": tab, "tabs": tabs, "page": page, "cards": cards, "faces": sheet(cards)}
    return render(request, "tracking/mine/orders.html", context)
