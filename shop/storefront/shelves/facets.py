"""Filtering, counting and ordering a shelf; pure, over rows that were read before.

An option's number is how many products there would be with it and with everything that was chosen in the other facets.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from kameng.lib import times
from shop.catalog.models import Mode
from shop.storefront.shelves.chosen import SPANS, Chosen, Sort
from shop.storefront.shelves.goods import Good

#: So many face values are offered: the most frequent.
MOST_FACES = 12


@dataclass(frozen=True, slots=True)
class Option:
    """One box to tick."""

    value: str
    label: str
    count: int
    on: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """One group of boxes; `name` is its key in the address."""

    name: str
    title: str
    options: Sequence[Option]


#: Facet → whether a row fits what was chosen in it.
TESTS: dict[str, Callable[[Good, Chosen], bool]] = {
    "stock": lambda row, c: row.there or not c.stock,
    "within": lambda row, c: c.within is None or (row.median is not None and row.median <= c.within * 1000),
    "price": lambda row, c: (c.low is None or row.price >= c.low) and (c.high is None or row.price <= c.high),
    "mode": lambda row, c: not c.mode or row.mode in c.mode,
    "region": lambda row, c: not c.region or row.region in c.region,
    "value": lambda row, c: not c.value or row.face in c.value,
    "category": lambda row, c: not c.category or row.category in c.category,
}


def fitting(rows: Iterable[Good], choice: Chosen, *, besides: str = "") -> list[Good]:
    """Rows that fit everything chosen, but for the facet `besides`."""
    tests = [test for facet, test in TESTS.items() if facet != besides]
    return [row for row in rows if all(test(row, choice) for test in tests)]


def facets(rows: Sequence[Good], choice: Chosen, *, categories: bool) -> list[Facet]:
    """The groups that tell products of this shelf apart; of categories only where there may be several."""
    groups = [
        *([_categories(rows, choice)] if categories else []),
        _spans(rows, choice),
        _modes(rows, choice),
        Facet("region", _("Region"), _options(_by(rows, choice, "region", lambda row: row.region), choice.region)),
        _faces(rows, choice),
    ]
    return [group for group in groups if len(group.options) > 1 or any(option.on for option in group.options)]


def _categories(rows: Sequence[Good], choice: Chosen) -> Facet:
    names = {row.category: row.category_name for row in rows}
    counts = _by(rows, choice, "category", lambda row: row.category)
    return Facet("category", _("Category"), _options(counts, choice.category, names))


def _modes(rows: Sequence[Good], choice: Chosen) -> Facet:
    names = {value: str(label) for value, label in Mode.choices}
    return Facet("mode", _("How it comes"), _options(_by(rows, choice, "mode", lambda row: row.mode), choice.mode, names))


def _faces(rows: Sequence[Good], choice: Chosen) -> Facet:
    """The most frequent face values, and those that were chosen."""
    options = _options(_by(rows, choice, "value", lambda row: row.face), choice.value)
    kept = {option.value for option in [*filter(lambda one: one.on, options), *options][:MOST_FACES]}
    return Facet("value", _("Face value"), [option for option in options if option.value in kept])


def _options(counts: Mapping[str, int], on: frozenset[str], names: Mapping[str, str] | None = None) -> list[Option]:
    shown = sorted(counts, key=lambda value: (-counts[value], value))
    return [Option(value, (names or {}).get(value, value), counts[value], value in on) for value in shown]


def _by(rows: Iterable[Good], choice: Chosen, facet: str, key: Callable[[Good], str]) -> dict[str, int]:
    """Products by the facet's value: 0 where nothing fits what else was chosen."""
    found = {key(row): 0 for row in rows if key(row)}
    listings: dict[str, set[int]] = defaultdict(set)
    for row in fitting(rows, choice, besides=facet):
        listings[key(row)].add(row.listing)
    return found | {value: len(those) for value, those in listings.items() if value}


def _spans(rows: Iterable[Good], choice: Chosen) -> Facet:
    near = fitting(rows, choice, besides="within")
    options = []
    for span in SPANS:
        count = len({row.listing for row in near if row.median is not None and row.median <= span * 1000})
        label = _("within %(time)s") % {"time": times.duration(span)}
        options.append(Option(str(span), label, count, choice.within == span))
    return Facet("within", _("Usually here"), options)


def ordered(rows: Sequence[Good], sort: Sort) -> list[int]:
    """Keys of the rows' listings in this order; what can be bought now always stands before what cannot."""
    together: dict[int, list[Good]] = defaultdict(list)
    for row in rows:
        together[row.listing].append(row)
    place = {listing: n for n, listing in enumerate(together)}
    ranks = {listing: (*_rank(those, sort), place[listing]) for listing, those in together.items()}
    return sorted(ranks, key=lambda listing: ranks[listing])


def _rank(rows: Sequence[Good], sort: Sort) -> tuple[float, ...]:
    there = [row for row in rows if row.there]
    sold = sum(row.delivered or 0 for row in rows)
    gone = float(not there)
    match sort:
        case Sort.FAST:
            return gone, min((row.median for row in rows if row.median is not None), default=float("inf"))
        case Sort.CHEAP:
            return gone, float(min(row.price for row in there or rows))
        case Sort.KEPT:
            return gone, -_kept(rows), -sold
        case _:
            return (gone, -sold)


def _kept(rows: Sequence[Good]) -> float:
    """The share of ended lines that came in time; 0 where none ended."""
    sums: Counter[str] = Counter()
    for row in rows:
        sums.update(ended=(row.delivered or 0) + (row.refunded_late or 0), on_time=row.on_time or 0)
    return sums["on_time"] / sums["ended"] if sums["ended"] else 0.0
