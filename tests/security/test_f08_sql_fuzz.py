"""F8: nothing of an address becomes a column, an alias or an order: odd values are left out or refused."""

import re
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from shop.orders.models import Order
from tests import factories as f
from tests.admin.people import platform, signed_in
from tests.harness.scale import scale
from tests.tracking.visitors import signed_in as as_member

pytestmark = pytest.mark.django_db

ODD = [
    "id;--",
    "a.b",
    "__",
    "'\"`",
    "\0",
    "-1' OR 1=1) --",
    "%00%27",
    "9" * 400,
    "-99999999999999999999",
    "ｉｄ",
    "1e9",
    "\ud83d",
]
ODD = [text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") for text in ODD]
#: For what is asked of many pages.
FEW = ["id;--'\"", "__", "\0"]
#: What an error of a database, or ours, would say.
TELLS = re.compile(
    r"Traceback|OperationalError|ProgrammingError|DataError|FieldError|syntax error|unrecognized token|near &quot;|psycopg"
)
SHELF = [
    "q",
    "sort",
    "page",
    "mode",
    "region",
    "value",
    "category",
    "min",
    "max",
    "within",
    "stock",
    "order_by",
    "id;--",
    "a.b",
]


def ask(browser: Client, address: str, **asked: Any) -> tuple[int, str]:
    answer = browser.get(address, asked)
    return answer.status_code, b"".join(answer).decode()


def wrong(browser: Client, address: str, names: list[str], odds: list[str] = ODD) -> dict[str, int]:
    """Which of these parameters, with which value, led to an error."""
    found = {}
    for name in names:
        for odd in odds:
            status, text = ask(browser, address, **{name: odd})
            if status not in {200, 301, 302, 400, 404} or TELLS.search(text.replace(odd, "")):
                found[f"{address}?{name}={odd[:20]}"] = status
    return found


@pytest.fixture
def order() -> Order:
    return f.delivered_order(by=f.buyer(user=f.verified("Alice")))


@pytest.mark.parametrize("page", ["search", "category", "merchant"])
def test_a_shelf_asks_for_nothing_but_its_facets(page: str, order: Order) -> None:
    line = order.lines.all()[0]
    slug = {"category": [line.sku.listing.category.slug], "merchant": [line.merchant.slug]}.get(page, [])
    browser = Client(raise_request_exception=False)
    assert wrong(browser, reverse(page, args=slug), SHELF, ODD if page == "search" else FEW) == {}


def test_several_odd_values_at_once_are_left_out(order: Order) -> None:
    asked = {name: ODD for name in SHELF if name != "q"}
    status, text = ask(Client(), reverse("search"), **asked)
    assert (status, TELLS.search(text)) == (200, None)
    assert "Star Abyss" in ask(Client(), reverse("search"), sort=ODD, page=ODD, order_by=ODD, mode=ODD)[1]


def test_pages_of_members_and_orders_take_what_they_know(order: Order) -> None:
    assert order.user is not None
    browser, line = as_member(order.user), order.lines.all()[0]
    browser.raise_request_exception = False
    asked = {
        reverse("orders"): ["q", "tab", "page"],
        reverse("messages"): ["page", "o"],
        reverse("wallet"): ["page", "sort"],
        reverse("security"): ["page"],
        reverse("listing", args=[line.sku.listing.slug]): ["sku", "quantity"],
        reverse("checkout"): ["sku", "quantity", "line", "last"],
        reverse("order_state", args=[order.number]): ["v"],
        reverse("home"): ["category", "q"],
        reverse("cart"): ["sku"],
    }
    found: dict[str, int] = {}
    for address, names in asked.items():
        found |= wrong(browser, address, names)
    assert found == {}


def test_an_odd_face_is_no_error() -> None:
    for odd in ODD:
        path = f"/face/{odd.replace(chr(0), '%00')}.svg"
        assert Client(raise_request_exception=False).get(path).status_code in {200, 302, 400, 404}


def models() -> list[str]:
    assert reverse("admin:index")
    names = (f"{model._meta.app_label}_{model._meta.model_name}" for model in admin.site._registry)
    # Keys are their shop's alone: the platform gets 403 whatever it asks.
    return sorted(name for name in names if name != "merchants_apikey")


def filters(name: str) -> list[str]:
    """Each filter of a list, its date hierarchy, and columns that it has no filter for."""
    site: Any = next(made for model, made in admin.site._registry.items() if name.endswith(f"_{model._meta.model_name}"))
    named = [one[0] if isinstance(one, tuple) else one for one in site.list_filter]
    words = [str(one if isinstance(one, str) else one.parameter_name) for one in named]
    day = site.date_hierarchy
    return [*words, *(f"{one}__exact" for one in words), *([f"{day}__year", f"{day}__month"] if day else [])]


def test_lists_of_the_admin_take_their_own_parameters_only(order: Order) -> None:
    browser = signed_in(platform())
    browser.raise_request_exception = False
    found: dict[str, int] = {}
    for name in models():
        known = ["o", "q", "p", "all", "_facets", "_to_field", *filters(name)]
        asked = [*known, "a.b", "id;--", "pk__regex"]
        # In turns, so that each list meets each oddity; the drills try all with all.
        for n, odd in enumerate(FEW):
            found |= wrong(browser, reverse(f"admin:{name}_changelist"), scale(asked[n :: len(FEW)], asked), [odd])
    assert found == {}


def test_rows_of_the_admin_have_keys_and_nothing_else(order: Order) -> None:
    browser = signed_in(platform())
    browser.raise_request_exception = False
    found = {}
    for name in models():
        for page in ("change", "history", "delete"):
            for odd in ("id;--", "_27", "9" * 40):
                address = reverse(f"admin:{name}_{page}", args=[odd])
                status, text = ask(browser, address)
                if status not in {302, 403, 404} or TELLS.search(text):
                    found[address] = status
    assert found == {}
