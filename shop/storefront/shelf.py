"""Listing cards: what stands on a shelf, with the stock of this moment."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.urls import reverse

from kameng.lib.cardface import key
from shop.catalog.faces import sku_face_name
from shop.catalog.models import Listing, Sku, SkuStats
from shop.catalog.queries import Kept, skus_on_sale
from shop.inventory.queries import with_stock

#: From here down the exact number is shown.
LOW = 5


@dataclass(frozen=True, slots=True)
class Card:
    """One listing as a card. `usual` is seconds, `minor` and `was` are minor units, `kept` a share such as 99.4%."""

    listing: Listing
    sku: Sku
    face: str
    stock: str
    left: int
    usual: float | None
    minor: int
    was: int | None
    from_: bool
    kept: str


def cards(
    listings: Sequence[Listing], now: dt.datetime, query: str = "", *, only: Collection[int] | None = None
) -> list[Card]:
    """A card each, in the same order; one query however many they are. A face value in the query is put in front.

    `only`: keys of the SKUs that may lead a card.
    """
    by_listing: dict[int, list[Sku]] = defaultdict(list)
    for sku in with_stock(skus_on_sale().filter(listing__in=listings), now):
        if only is None or sku.pk in only:
            by_listing[sku.listing_id].append(sku)
    words = set(query.casefold().split())
    return [_card(listing, by_listing[listing.pk], words) for listing in listings if by_listing[listing.pk]]


def _card(listing: Listing, skus: Sequence[Sku], words: set[str]) -> Card:
    asked_for = [sku for sku in skus if sku.value.casefold() in words]
    first = lead(asked_for or skus)
    first.listing = listing
    total = sum(left(sku) for sku in skus)
    prices = {sku.price for sku in skus if left(sku) or not total}
    return Card(
        listing=listing,
        sku=first,
        face=sku_face_name(first),
        stock=stock_state(total),
        left=total,
        usual=usual(first),
        minor=first.price,
        was=first.list_price,
        from_=len(prices) > 1 and first.price == min(prices),
        kept=share(kept(skus)),
    )


def face_sheet(keys: Iterable[str]) -> str:
    """The address of one image with all these faces: a page of cards asks once."""
    return reverse("face", args=[",".join(dict.fromkeys(keys))])


def card_faces(shown: Sequence[Card]) -> str:
    """The address of one image with the faces of these cards; empty without any."""
    return face_sheet(key(card.face, size="m", dim=card.stock == "out") for card in shown) if shown else ""


def lead(skus: Sequence[Sku]) -> Sku:
    """The SKU that speaks for its listing: the cheapest that can be bought now, else the cheapest."""
    return min(skus, key=lambda sku: (left(sku) == 0, sku.price, sku.position, sku.pk))


def left(sku: Sku) -> int:
    """How many can be sold, counted by `with_stock`."""
    return int(sku.sellable_now)  # type: ignore[attr-defined]


def stock_state(units: int) -> str:
    """in, low or out."""
    if units > LOW:
        return "in"
    return "low" if units else "out"


def stats(sku: Sku) -> SkuStats | None:
    """The measured figures of a SKU, if there are any."""
    found: SkuStats | None = getattr(sku, "stats", None)
    return found


def usual(sku: Sku) -> float | None:
    """The measured median from payment to delivery, in seconds."""
    figures = stats(sku)
    return None if figures is None or figures.median_ms is None else figures.median_ms / 1000


def kept(skus: Iterable[Sku]) -> Kept:
    """How these SKUs together kept their promise."""
    rows = [figures for figures in map(stats, skus) if figures]
    return Kept(sum(row.delivered for row in rows), sum(row.on_time for row in rows), sum(row.refunded_late for row in rows))


def share(told: Kept) -> str:
    """Delivered on time, of all that ended: 99.4%, rounded down so that 100% means all; empty when nothing ended yet."""
    if not told.ended:
        return ""
    permille = told.on_time * 1000 // told.ended
    return f"{permille / 10:.3g}%"
