"""Shelves: a category, what a search found, a merchant's goods; all with the same filters, order and pages."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from kameng.lib import clock, money
from kameng.lib.text import folded
from shop.catalog.models import Category
from shop.catalog.queries import cleaned_query, kept_by, listings, matching
from shop.merchants.hours import next_opening
from shop.merchants.models import Merchant
from shop.storefront.shelf import card_faces, cards, share
from shop.storefront.shelves.chosen import Chosen, Sort, chosen
from shop.storefront.shelves.facets import Facet, facets, fitting, ordered
from shop.storefront.shelves.goods import Good, goods
from shop.storefront.typed import name, whole

PER_PAGE = 24

SORTS: dict[Sort, str | Promise] = {
    Sort.BEST: gettext_lazy("All in all"),
    Sort.FAST: gettext_lazy("Fastest"),
    Sort.CHEAP: gettext_lazy("Cheapest"),
    Sort.SOLD: gettext_lazy("Sold most"),
    Sort.KEPT: gettext_lazy("On time"),
}


@dataclass(frozen=True, slots=True)
class Tag:
    """Something that was chosen, with the address in which it is not."""

    label: str
    without: str


@require_safe
def category(request: HttpRequest, slug: str) -> HttpResponse:
    """One shelf of the shop."""
    shelf = get_object_or_404(Category, slug=slug)
    return _page(request, Q(category=shelf), {"title": shelf.name, "shelf": shelf}, several=False)


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """What has all the words of `q`; everything where there are none."""
    query = cleaned_query(request.GET.get("q", ""))
    where = matching(query) if query else Q()
    title = _("Found for “%(query)s”") % {"query": query} if query else _("All goods")
    return _page(request, where, {"title": title, "query": query}, several=True)


@require_safe
def merchant(request: HttpRequest, slug: str) -> HttpResponse:
    """A merchant's shop: who it is, how it keeps its promises, what it sells."""
    found = get_object_or_404(Merchant, slug=name(slug))
    kept, now = kept_by(found), clock.now()
    context = {"title": found.name, "merchant": found, "kept": kept, "kept_share": share(kept)}
    context |= {"opening": next_opening(now, found.opens, found.closes), "now": now}
    return _page(request, Q(merchant=found), context, several=True)


def _page(request: HttpRequest, where: Q, context: dict[str, Any], *, several: bool) -> HttpResponse:
    now, choice = clock.now(), chosen(request.GET)
    # Who comes from an order that came to nothing wants anything but the same once more.
    without = name(request.GET.get("without"))
    rows = goods(where & ~Q(slug=without) if without else where, now)
    shown = fitting(rows, choice)
    page = Paginator(ordered(shown, choice.sort), PER_PAGE).get_page(whole(request.GET.get("page")) or 1)
    groups = facets(rows, choice, categories=several)
    found = _cards(list(page), shown, context.get("query", ""), now)
    context |= {
        "all": len({row.listing for row in rows}),
        "there": len({row.listing for row in shown if row.there}),
        "page": page,
        "cards": found,
        "faces": card_faces(found),
        "facets": groups,
        "choice": choice,
        "tags": _tags(request, choice, groups),
        "sorts": [(sort, label, _with(request, sort=sort)) for sort, label in SORTS.items()],
        "bare": _bare(request),
    }
    return render(request, "storefront/shelf.html", context)


def _cards(keys: list[int], shown: list[Good], query: str, now: dt.datetime) -> Any:
    """Cards of the listings in this order, each led by a SKU that fits."""
    by_key = {row.pk: row for row in listings().filter(pk__in=keys)}
    only = {row.sku for row in shown}
    return cards([by_key[key] for key in keys if key in by_key], now, folded(query), only=only)


def _tags(request: HttpRequest, choice: Chosen, groups: list[Facet]) -> list[Tag]:
    tags = [Tag(_("Can be bought now"), _with(request, stock=None))] if choice.stock else []
    for group in groups:
        chosen_ones = [option for option in group.options if option.on]
        tags += [Tag(option.label, _less(request, group.name, option.value)) for option in chosen_ones]
    if choice.low is not None or choice.high is not None:
        tags.append(Tag(_price(choice), _with(request, min=None, max=None)))
    return tags


def _price(choice: Chosen) -> str:
    if choice.high is None:
        return _("%(low)s and more") % {"low": money.shown(choice.low or 0)}
    if choice.low is None:
        return _("up to %(high)s") % {"high": money.shown(choice.high)}
    return f"{money.shown(choice.low)}–{money.shown(choice.high)}"


def _with(request: HttpRequest, **changes: str | None) -> str:
    """This address with other values, from its first page."""
    query = request.GET.copy()
    query.pop("page", None)
    for key, value in changes.items():
        query.pop(key, None)
        if value is not None:
            query[key] = value
    return f"?{query.urlencode()}"


def _less(request: HttpRequest, key: str, value: str) -> str:
    """This address without one value of a key."""
    query = request.GET.copy()
    query.pop("page", None)
    query.setlist(key, [one for one in query.getlist(key) if one != value])
    return f"?{query.urlencode()}"


def _bare(request: HttpRequest) -> str:
    """This address without any choice: only the words that were searched."""
    kept = QueryDict(mutable=True)
    if request.GET.get("q"):
        kept["q"] = request.GET["q"]
    return f"{request.path}?{kept.urlencode()}" if kept else request.path
