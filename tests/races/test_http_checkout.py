"""Two hundred buyers and too few units, through the door that buyers use: no unit is sold twice, none is left unsold."""

import random
import re
from collections.abc import Sequence

import httpx
import pytest

from shop.catalog.models import Sku
from shop.inventory.models import StockUnit, UnitStatus
from shop.orders.models import LineStatus, Order, OrderLine
from tests import factories
from tests.harness.fixtures import Site
from tests.harness.scale import scale
from tests.races.shoppers import rush

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race, pytest.mark.drill]

CROWD = scale(40, 200)
UNITS = scale(10, 50)
ROUNDS = scale(3, 10)
ROUNDS_FOR_ONE = scale(3, 50)


@pytest.fixture
def shop(calm: Site) -> Site:
    factories.gateway_account()
    return calm


def test_one_unit_each_sells_every_unit_once(shop: Site) -> None:
    for turn in range(ROUNDS):
        assert sum(sale(shop, UNITS, [1] * CROWD, f"one-{turn}")) == UNITS


def test_the_last_unit_goes_to_exactly_one_buyer(shop: Site) -> None:
    for turn in range(ROUNDS_FOR_ONE):
        assert sum(sale(shop, 1, [1] * CROWD, f"last-{turn}")) == 1


def test_one_to_five_each_never_sells_more_and_refuses_nobody_whose_quantity_is_left(shop: Site) -> None:
    dice = random.Random(7)
    for turn in range(ROUNDS):
        wanted = [dice.randint(1, 5) for _ in range(CROWD)]
        won = sale(shop, UNITS, wanted, f"some-{turn}")
        assert sum(won) <= UNITS
        assert UNITS - sum(won) < min(quantity for quantity, got in zip(wanted, won, strict=True) if not got)


def sale(shop: Site, units: int, wanted: Sequence[int], tag: str) -> list[int]:
    """Put a new SKU on sale and let all buyers at it; what each of them got, as answers and database agree."""
    sku = factories.sku(units=units)
    answers = rush(shop.url, sku.pk, wanted, tag)
    won = [quantity if answer.status_code == 302 else 0 for quantity, answer in zip(wanted, answers, strict=True)]
    strange = [answer for answer in answers if not goes_on_to_pay(answer) and not is_sold_out(answer)]
    assert [(answer.status_code, complaint(answer)) for answer in strange] == []
    assert_stock_agrees(sku, units, won)
    return won


def goes_on_to_pay(answer: httpx.Response) -> bool:
    return answer.status_code == 302 and answer.headers["location"].startswith("/sandbox/")


def is_sold_out(answer: httpx.Response) -> bool:
    """The page once more, which says so and keeps what was typed."""
    told = "left of Star Abyss" in answer.text or "Star Abyss 648 gems is sold out." in answer.text
    return answer.status_code == 200 and told and "@example.com" in answer.text


def complaint(answer: httpx.Response) -> str:
    """What a page says is wrong; all of it where it says nothing of the kind."""
    alert = re.search(r'role="alert".*?</ul>', answer.text, re.DOTALL)
    return " ".join(re.sub(r"<[^>]*>", " ", alert[0] if alert else answer.text).split())


def assert_stock_agrees(sku: Sku, units: int, won: Sequence[int]) -> None:
    lines = OrderLine.objects.filter(sku=sku)
    assert {line.status for line in lines} == {LineStatus.RESERVED}
    assert sorted(line.quantity for line in lines) == sorted(filter(None, won))
    stock = StockUnit.objects.filter(sku=sku)
    assert stock.filter(status=UnitStatus.RESERVED).count() == sum(won)
    assert stock.filter(status=UnitStatus.AVAILABLE).count() == units - sum(won)
    addresses = Order.objects.filter(lines__sku=sku).values_list("address", flat=True)
    assert len(set(addresses)) == len(lines), "the proxy's address was taken for the buyers'"
