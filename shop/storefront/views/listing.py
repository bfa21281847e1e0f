from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from kameng.lib import clock
from shop.catalog.queries import kept_by, listings
from shop.storefront.offer import chosen, held, offers
from shop.storefront.picking import picked
from shop.storefront.shelf import Card, cards, share
from shop.storefront.steps import steps
from shop.storefront.typed import whole

ALTERNATIVES = 3


@require_safe
def listing(request: HttpRequest, slug: str) -> HttpResponse:
    """The page of a product, with one of its SKUs chosen in a quantity."""
    now = clock.now()
    found = get_object_or_404(listings(), slug=slug)
    all_offers = offers(found, now)
    wanted = whole(request.GET.get("quantity"))
    offer = chosen(all_offers, whole(request.GET.get("sku")), wanted)
    picking = picked(request.GET, offer, now) if offer.sku.by_unit and offer.left else None
    kept = kept_by(found.merchant)
    others: list[Card] = []
    if not offer.left:
        same_shelf = listings().filter(category=found.category).exclude(pk=found.pk)[: 2 * ALTERNATIVES]
        others = [card for card in cards(list(same_shelf), now) if card.left][:ALTERNATIVES]
    context = {
        "listing": found,
        "offers": all_offers,
        "offer": offer,
        "picking": picking,
        "cut": picking is None and wanted is not None and wanted > offer.quantity,
        "held": None if offer.left else held(offer.sku, now),
        "kept": kept,
        "kept_share": share(kept),
        "others": others,
        "steps": steps(found.instructions),
        "now": now,
    }
    return render(request, "storefront/listing.html", context)
