"""Reading the catalogue: what is published, and finding it."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from kameng.lib import text
from shop.catalog.models import Category, Listing, PriceTier, Sku, SkuStats
from shop.merchants.models import Merchant

#: A query is cut here; nobody types more to find a card.
LONGEST_QUERY = 60
MOST_WORDS = 6
_FIELDS = ("title", "brand", "region", "summary", "category__name", "merchant__name")
_SKU_FIELDS = ("value", "unit")


@dataclass(frozen=True, slots=True)
class Kept:
    """How promises were kept in the last 30 days, counted in order lines."""

    delivered: int
    on_time: int
    refunded_late: int

    @property
    def ended(self) -> int:
        return self.delivered + self.refunded_late


def listings() -> QuerySet[Listing]:
    """Published listings that have something on sale, best sold of the last 30 days first."""
    on_sale = Sku.objects.filter(listing=OuterRef("pk"), on_sale=True)
    shown = Listing.objects.filter(Exists(on_sale), published_at__isnull=False)
    sold = Coalesce(Sum("skus__stats__delivered"), 0)
    return shown.annotate(sold=sold).order_by("-sold", "-published_at", "pk").select_related("category", "merchant")


def skus_on_sale() -> QuerySet[Sku]:
    """SKUs that can be shown, in the merchant's order, each with its measured times if there are any."""
    shown = Sku.objects.filter(on_sale=True, listing__published_at__isnull=False)
    return shown.select_related("stats").order_by("listing_id", "position", "pk")


def with_tiers(skus: QuerySet[Sku]) -> QuerySet[Sku]:
    """Each SKU with its price tiers at hand, lowest quantity first."""
    return skus.prefetch_related(Prefetch("tiers", PriceTier.objects.order_by("from_quantity")))


def categories() -> QuerySet[Category]:
    """Shelves with something on them, each with `shown`, the number of its published listings."""
    counted = Category.objects.annotate(shown=Count("listings", filter=Q(listings__published_at__isnull=False)))
    return counted.filter(shown__gt=0).order_by("position", "pk")


def kept_by(merchant: Merchant) -> Kept:
    """What the merchant's SKUs did together."""
    sums = SkuStats.objects.filter(sku__listing__merchant=merchant).aggregate(
        delivered=Sum("delivered"), on_time=Sum("on_time"), refunded_late=Sum("refunded_late")
    )
    return Kept(sums["delivered"] or 0, sums["on_time"] or 0, sums["refunded_late"] or 0)


def cleaned_query(typed: str) -> str:
    """The query as searched: one width, single spaces, cut at LONGEST_QUERY."""
    visible = "".join(char for char in typed[: 2 * LONGEST_QUERY] if unicodedata.category(char) not in text.INVISIBLE)
    return text.folded(visible)[:LONGEST_QUERY].strip()


def matching(query: str) -> Q:
    """Listings in which every word of a cleaned query occurs, in any case and width, in their words or on a SKU's face."""
    return reduce(and_, (_word(word) for word in query.split()[:MOST_WORDS]), Q())


def _word(word: str) -> Q:
    faces = Sku.objects.filter(says(word, _SKU_FIELDS), listing=OuterRef("pk"), on_sale=True)
    return says(word, _FIELDS) | Q(Exists(faces))


def says(word: str, fields: Sequence[str]) -> Q:
    """Rows with the word, in any case and width, in one of these fields."""
    spellings = {word, _wide(word.upper()), _wide(word.lower())}
    return reduce(or_, [Q(**{f"{field}__icontains": spelling}) for field in fields for spelling in spellings])


def _wide(word: str) -> str:
    """The word in full-width letters and digits, as some merchants write them."""
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in word)
