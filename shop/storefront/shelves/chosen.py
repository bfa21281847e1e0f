"""What a buyer chose on a shelf, read from the address: nothing in it is trusted, and what is odd is left out."""

from dataclasses import dataclass, field
from enum import StrEnum

from django.http import QueryDict

from kameng.lib import money
from shop.catalog.models import Mode
from shop.storefront.typed import name, whole

#: So many values of one facet; nobody ticks more.
MOST_VALUES = 20
LONGEST_VALUE = 60
#: Seconds within which goods usually are here.
SPANS = (600, 3600)


class Sort(StrEnum):
    """The order of a shelf."""

    BEST = "best"
    FAST = "fast"
    CHEAP = "cheap"
    SOLD = "sold"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Chosen:
    """Filters and order; prices are minor units, `within` is seconds."""

    stock: bool = False
    within: int | None = None
    low: int | None = None
    high: int | None = None
    mode: frozenset[str] = field(default_factory=frozenset)
    region: frozenset[str] = field(default_factory=frozenset)
    value: frozenset[str] = field(default_factory=frozenset)
    category: frozenset[str] = field(default_factory=frozenset)
    sort: Sort = Sort.BEST

    @property
    def filters(self) -> int:
        """How many things were chosen."""
        sets = (self.mode, self.region, self.value, self.category)
        price = self.low is not None or self.high is not None
        return sum(map(len, sets)) + self.stock + (self.within is not None) + price


def chosen(asked: QueryDict) -> Chosen:
    """The choice in an address; the larger of two prices is the upper one."""
    low, high = _price(asked.get("min")), _price(asked.get("max"))
    if low is not None and high is not None and low > high:
        low, high = high, low
    within = whole(asked.get("within"))
    sort = name(asked.get("sort"))
    return Chosen(
        stock=asked.get("stock") == "1",
        within=within if within in SPANS else None,
        low=low,
        high=high,
        mode=frozenset(_values(asked, "mode") & set(Mode.values)),
        region=frozenset(_values(asked, "region")),
        value=frozenset(_values(asked, "value")),
        category=frozenset(_values(asked, "category")),
        sort=Sort(sort) if sort in list(Sort) else Sort.BEST,
    )


def _values(asked: QueryDict, key: str) -> set[str]:
    told = (name(text) for text in asked.getlist(key)[:MOST_VALUES])
    return {text for text in told if 0 < len(text) <= LONGEST_VALUE}


def _price(text: str | None) -> int | None:
    try:
        return money.parse(text) if text else None
    except money.NotMoney:
        return None
