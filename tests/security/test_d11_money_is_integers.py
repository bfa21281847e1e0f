"""D11: money is an integer of minor units under one rounding rule; nothing is lost or made by dividing it."""

import ast
from collections.abc import Iterator
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models
from hypothesis import given, settings
from hypothesis import strategies as st

from kameng.lib import money
from shop.catalog.models import PriceTier, Sku
from shop.catalog.pricing import unit_price
from shop.ledger.models import AccountKind, Entry
from shop.orders.complete import complete
from shop.orders.models import OrderLine
from tests import factories
from tests.factories import NOON
from tests.harness.scale import scale

ROOT = Path(__file__).resolve().parents[2]
MONEY_CODE = ("kameng/lib/money.py", "shop/catalog", "shop/ledger", "shop/orders", "shop/payments", "fulfillment/delivery")
#: What waits there is counted in seconds.
SECONDS = {"cashier.py"}
AMOUNTS = {"amount", "balance", "price", "list_price", "unit_price", "total", "wallet_share", "refunded_amount", "released"}
ROOMS = {"ledger", "catalog", "orders", "payments"}

minor = st.integers(0, money.LARGEST)
many = settings(max_examples=scale(200, 10_000))


@many
@given(total=minor, parts=st.integers(1, 500))
def test_equal_parts_sum_to_the_total_and_differ_by_one_at_most(total: int, parts: int) -> None:
    shares = money.split(total, parts)
    assert (sum(shares), len(shares)) == (total, parts)
    assert max(shares) - min(shares) <= 1
    assert shares == sorted(shares, reverse=True)


@many
@given(total=minor, weights=st.lists(st.integers(0, 10**9), min_size=1, max_size=20).filter(any))
def test_weighted_parts_sum_to_the_total_and_each_is_within_one_of_its_due(total: int, weights: list[int]) -> None:
    shares = money.split_by(total, weights)
    assert sum(shares) == total
    for part, weight in zip(shares, weights, strict=True):
        assert abs(part - Fraction(total * weight, sum(weights))) < 1
        assert part == 0 or weight > 0


@many
@given(amount=minor, basis_points=st.integers(0, money.BASIS_POINTS))
def test_commission_and_the_rest_are_the_whole_and_commission_is_rounded_half_to_even(
    amount: int, basis_points: int
) -> None:
    part = money.share(amount, basis_points)
    assert 0 <= part <= amount
    exact = Fraction(amount * basis_points, money.BASIS_POINTS)
    assert abs(part - exact) <= Fraction(1, 2)
    assert part == int((Decimal(exact.numerator) / exact.denominator).quantize(Decimal(1), ROUND_HALF_EVEN))


@many
@given(
    lines=st.lists(
        st.tuples(st.integers(1, 10**8), st.integers(1, 1000), st.integers(0, 10_000), st.integers(0, 3)), max_size=20
    )
)
def test_what_merchants_get_and_what_the_shop_keeps_is_what_the_cart_cost(lines: list[tuple[int, int, int, int]]) -> None:
    total = sum(price * quantity for price, quantity, _commission, _merchant in lines)
    fees = sum(money.share(price * quantity, commission) for price, quantity, commission, _merchant in lines)
    net: dict[int, int] = {}
    for price, quantity, commission, merchant in lines:
        net[merchant] = net.get(merchant, 0) + price * quantity - money.share(price * quantity, commission)
    assert fees + sum(net.values()) == total
    assert all(part >= 0 for part in net.values())


@many
@given(amount=minor)
def test_an_amount_reads_as_it_was_written(amount: int) -> None:
    assert money.parse(money.decimal_text(amount)) == amount


@pytest.mark.parametrize(
    "text",
    [
        "0.005",
        "1e3",
        "1E3",
        "NaN",
        "nan",
        "Infinity",
        "-1",
        "+1",
        "−1",
        "1" + "0" * 30,
        "10^30",
        "1." + "0" * 40 + "1",
        "",
        " ",
        ".",
        "1.2.3",
        "1,000.00",
        "0x10",
        "1_000",
        "１２",
        "٣",
        "¥5",
        "5 5",
        "100000000000.01",
    ],
)
def test_what_is_not_a_plain_amount_is_refused(text: str) -> None:
    with pytest.raises(money.NotMoney):
        money.parse(text)


def test_a_currency_without_minor_units_has_no_decimals() -> None:
    assert money.parse("500", "JPY") == 500
    with pytest.raises(money.NotMoney):
        money.parse("500.5", "JPY")


@given(
    price=st.integers(1, 10**6),
    tiers=st.dictionaries(st.integers(2, 50), st.integers(1, 10**6)),
    quantity=st.integers(1, 60),
)
def test_a_quantity_costs_the_highest_tier_it_reaches(price: int, tiers: dict[int, int], quantity: int) -> None:
    rows = [PriceTier(from_quantity=start, unit_price=cost) for start, cost in tiers.items()]
    reached = [start for start in tiers if start <= quantity]
    assert unit_price(Sku(price=price), quantity, rows) == (tiers[max(reached)] if reached else price)


@pytest.mark.django_db
def test_an_order_of_several_merchants_is_divided_to_the_last_fen() -> None:
    cheap = factories.category("Cheap", commission_bps=333)
    skus = [
        factories.sku(
            units=3, of=factories.listing(f"Page {n}", seller=factories.merchant(f"Shop {n}"), category=cheap), price=p
        )
        for n, p in enumerate((1, 333, 100_001))
    ]
    order = factories.pay_order(factories.place_order(*skus, quantity=3, now=NOON), now=NOON)
    factories.deliver_all(NOON)
    lines = list(OrderLine.objects.filter(order=order))
    assert order.total == sum(line.total for line in lines) == 3 * (1 + 333 + 100_001)
    for line in lines:
        assert line.complaint_by is not None
        assert complete(line_id=line.pk, now=line.complaint_by)
    ends = Entry.objects.filter(account__kind__in=[AccountKind.PAYABLE, AccountKind.COMMISSION])
    assert sum(entry.amount for entry in ends) == order.total
    kept = ends.filter(account__kind=AccountKind.COMMISSION)
    assert sum(entry.amount for entry in kept) == sum(money.share(line.total, 333) for line in lines) == 0 + 33 + 9990


def _sources() -> Iterator[Path]:
    for name in MONEY_CODE:
        path = ROOT / name
        yield from [path] if path.is_file() else (found for found in path.rglob("*.py") if found.name not in SECONDS)


def _floats(tree: ast.AST) -> Iterator[int]:
    """Lines that name a float or calculate with one; a pause of half a second is none of money's business."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.Attribute):
            if {getattr(node, "id", ""), getattr(node, "attr", "")} & {"float", "FloatField"}:
                yield node.lineno
        elif isinstance(node, ast.BinOp) and any(_is_float(side) for side in (node.left, node.right)):
            yield node.lineno


def _is_float(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, float)


def test_no_float_is_near_money() -> None:
    found = [f"{path.relative_to(ROOT)}:{line}" for path in _sources() for line in _floats(ast.parse(path.read_text()))]
    assert found == []
    assert list(_floats(ast.parse("a = float(b)\nc = d * 0.05\ne = models.FloatField()"))) == [2, 1, 3]


def test_every_amount_is_a_big_integer() -> None:
    fields = [f for label in ROOMS for model in apps.get_app_config(label).get_models() for f in model._meta.fields]
    assert not [field for field in fields if isinstance(field, models.FloatField | models.DecimalField)]
    amounts = [field for field in fields if field.name in AMOUNTS]
    assert len(amounts) >= len(AMOUNTS)
    assert [field for field in amounts if not isinstance(field, models.BigIntegerField)] == []
