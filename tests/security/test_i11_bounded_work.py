"""I11: whatever a visitor asks of a public page costs what the plain page costs, or little more."""

import re
import time
from statistics import median
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from shop.catalog.queries import LONGEST_QUERY, MOST_WORDS, cleaned_query
from shop.storefront.shelves.chosen import MOST_VALUES, chosen
from tests import factories as f

pytestmark = pytest.mark.django_db

WORDS = " ".join(f"w{n}" for n in range(70))[:200]
FACETS = {name: [f"{name}-{n}" for n in range(50)] for name in ("mode", "region", "value", "category")}
HEAVY: dict[str, dict[str, Any]] = {
    "a query of 200 characters": {"q": "x" * 200},
    "a query of many words": {"q": WORDS},
    "wildcards": {"q": "%_" * 100},
    "marks piled on one letter": {"q": "e" + "\u0301" * 199},
    "fifty values of each facet": FACETS,
    "a page far behind the last": {"page": 10**9},
    "a page of a thousand digits": {"page": "9" * 1000},
    "a price beyond all money": {"min": "9" * 300, "max": "1e999999"},
    "everything at once": {"q": WORDS, "page": 10**9, "sort": "kept", "min": "1", "stock": "1", **FACETS},
    "ten thousand characters": {"q": "\uff21" * 10_000},
}


@pytest.fixture(autouse=True)
def _goods() -> None:
    for n in range(30):
        f.sku(units=1, of=f.listing(f"Star Abyss {n}"))


def asked(address: str, **query: Any) -> tuple[Any, list[str]]:
    with CaptureQueriesContext(connection) as told:
        answer = Client().get(address, query)
    return answer, [each["sql"] for each in told]


@pytest.fixture
def plain() -> list[str]:
    return asked(reverse("search"))[1]


@pytest.mark.parametrize("what", HEAVY)
def test_no_question_asks_the_database_more_often(what: str, plain: list[str]) -> None:
    answer, told = asked(reverse("search"), **HEAVY[what])
    assert answer.status_code == 200
    assert len(told) <= len(plain) <= 10


@pytest.mark.parametrize("what", HEAVY)
def test_a_question_to_the_database_has_a_bounded_length(what: str) -> None:
    _answer, told = asked(reverse("search"), **HEAVY[what])
    assert max(map(len, told)) < 40_000
    assert max(sql.count("LIKE") + sql.count("ILIKE") for sql in told) <= 8 * 3 * MOST_WORDS * 2


def test_what_is_searched_for_and_chosen_is_cut() -> None:
    assert len(cleaned_query("x" * 200)) == LONGEST_QUERY == 60
    assert len(chosen(Client().get("/search/", FACETS).wsgi_request.GET).region) == MOST_VALUES == 20


def test_a_page_behind_the_last_is_the_last() -> None:
    answer, _told = asked(reverse("search"), page=10**9)
    last, _told = asked(reverse("search"), page=2)
    titles = re.compile(r"Star Abyss \d+")
    assert set(titles.findall(answer.content.decode())) == set(titles.findall(last.content.decode()))


def test_a_page_does_not_grow_with_its_address() -> None:
    page = len(asked(reverse("search"))[0].content)
    for query in HEAVY.values():
        answer, _told = asked(reverse("search"), **query)
        assert len(answer.content) < 3 * page + 400_000


@pytest.mark.parametrize("what", HEAVY)
def test_nothing_takes_much_longer_than_the_plain_page(what: str) -> None:
    """Work of this thread, as a ratio of two medians taken in turns: no other load counts."""
    search = reverse("search")
    usual, heavy = [], []
    for _turn in range(5):
        usual.append(_work(search, {}))
        heavy.append(_work(search, HEAVY[what]))
    assert median(heavy) <= 3 * median(usual)


def _work(page: str, query: dict[str, Any]) -> float:
    caches["process"].clear()
    began = time.thread_time()
    Client().get(page, query)
    return time.thread_time() - began


@pytest.mark.parametrize("name", ["category", "merchant"])
def test_other_shelves_are_bounded_alike(name: str) -> None:
    listing = f.listing("Star Abyss")
    slug = listing.category.slug if name == "category" else listing.merchant.slug
    page = reverse(name, args=[slug])
    plain = len(asked(page)[1])
    for query in HEAVY.values():
        answer, told = asked(page, **query)
        assert (answer.status_code, len(told) <= plain) == (200, True)


def test_one_image_draws_so_many_faces_and_no_more() -> None:
    started = time.thread_time()
    answer = Client().get(f"/face/{','.join(['x' * 50] * 500)}.svg")
    assert answer.status_code == 404
    assert time.thread_time() - started < 2
