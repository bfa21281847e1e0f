"""What pages ask of the database: as much for a thousand rows as for ten."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kameng.lib import clock
from shop.catalog.models import Listing, PriceTier, Sku, SkuStats
from shop.inventory.models import Batch, Secret, StockUnit
from shop.orders.models import Order, OrderLine
from shop.storefront.basket import LINES
from tests.factories import category, delivered_order, gateway_account, listing, member, merchant, sku
from tests.storefront.carting import put
from tests.storefront.shopper import Shopper

pytestmark = pytest.mark.django_db

#: reliability.md; a search or a shelf is the category page.
BUDGETS = {"home": 8, "search": 10, "shelf": 10, "listing": 10, "checkout": 20, "cart": 12, "checkout of the cart": 20}


@pytest.fixture
def alice() -> Shopper:
    """A member, who costs a page three queries more than a guest: session, person, wallet."""
    gateway_account()
    shopper = Shopper()
    shopper.client.force_login(member())
    return shopper


def grow(numbers: range) -> None:
    """For each number a listing with a measured SKU in stock and a tier, one SKU more in one wide listing, and an outcome."""
    shelf, seller, now = category(slug="games"), merchant(), clock.now()
    made = [
        Listing(
            title=f"Game {n}", slug=f"game-{n}", brand="Game", glyph="G", category=shelf, merchant=seller, published_at=now
        )
        for n in numbers
    ]
    Listing.objects.bulk_create(made)
    wide = Listing.objects.filter(slug="wide").first() or listing("Wide", slug="wide")
    skus = [Sku(listing=each, value="10", unit="gems", price=1000) for each in made]
    skus += [Sku(listing=wide, value=str(n), unit="gems", price=1000 + n) for n in numbers]
    Sku.objects.bulk_create(skus)
    SkuStats.objects.bulk_create(SkuStats(sku=each, delivered=3, on_time=3, median_ms=9, measured_at=now) for each in skus)
    PriceTier.objects.bulk_create(PriceTier(sku=each, from_quantity=5, unit_price=900) for each in skus)
    _stock(skus)
    _outcomes(numbers)


def _stock(skus: list[Sku]) -> None:
    batch = Batch.objects.create(sku=skus[0], created_at=clock.now(), source="test")
    seller = skus[0].listing.merchant
    secrets = [Secret(merchant=seller, ref=f"r{each.pk}", sealed="x", fingerprint=f"f{each.pk}") for each in skus]
    Secret.objects.bulk_create(secrets)
    StockUnit.objects.bulk_create(
        StockUnit(sku=each, secret=secret, batch=batch, position=each.pk) for each, secret in zip(skus, secrets, strict=True)
    )


def _outcomes(numbers: range) -> None:
    """Copies of one delivered order."""
    order = delivered_order()
    line = order.lines.get()
    times = {"placed_at": order.placed_at, "reserved_until": order.reserved_until}
    more = [Order(nonce=f"n{n}", email="x@example.com", locale="en", currency="CNY", total=1, **times) for n in numbers]
    Order.objects.bulk_create(more)
    own = {"id", "order_id", "reservation_id"}
    copied = {
        each.attname: getattr(line, each.attname) for each in OrderLine._meta.concrete_fields if each.attname not in own
    }
    OrderLine.objects.bulk_create(OrderLine(order=each, **copied) for each in more)


def asked(shopper: Shopper) -> dict[str, int]:
    """How many queries each page makes."""
    wide = Sku.objects.filter(listing__slug="wide")[0]
    urls = {
        "home": "/",
        "search": "/search/?q=game 10",
        "shelf": "/c/games/",
        "listing": reverse("listing", args=["wide"]),
        "checkout": f"{reverse('checkout')}?sku={wide.pk}&quantity=1",
    }
    return {name: _queries(shopper, url) for name, url in urls.items()}


def _queries(shopper: Shopper, url: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert shopper.get(url).status == 200
    return len(seen)


def test_a_thousand_rows_ask_as_much_as_ten_and_no_more_than_allowed(alice: Shopper) -> None:
    grow(range(10))
    few = asked(alice)
    grow(range(10, 1000))
    assert asked(alice) == few
    assert all(few[name] <= BUDGETS[name] for name in few), few


def test_twenty_lines_ask_as_much_as_one(alice: Shopper) -> None:
    grow(range(LINES))
    many = list(Sku.objects.filter(listing__slug__startswith="game-"))
    put(alice, many[0])
    one = of_the_cart(alice, many[:1])
    for made in many[1:]:
        put(alice, made)
    assert of_the_cart(alice, many) == one
    assert all(one[name] <= BUDGETS[name] for name in one), one


def of_the_cart(shopper: Shopper, skus: list[Sku]) -> dict[str, int]:
    code = ".".join(f"{made.pk}x1" for made in skus)
    seen = shopper.get(reverse("cart"))
    assert seen.html.count('name="take"') == len(skus)
    return {
        "cart": _queries(shopper, reverse("cart")),
        "checkout of the cart": _queries(shopper, f"{reverse('checkout')}?cart={code}"),
    }


def test_a_sold_out_page_keeps_its_budget_too(alice: Shopper) -> None:
    grow(range(10))
    sku(units=0, of=listing("Gone", slug="gone"))
    assert _queries(alice, reverse("listing", args=["gone"])) <= BUDGETS["listing"]
