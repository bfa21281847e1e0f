"""The checker reads a whole shop: in `make drills` 1,000,000 units and 200,000 orders on PostgreSQL, a tenth on SQLite."""

import pytest
from django.db import connection

from fulfillment.proof.check import INVARIANTS, check
from fulfillment.proof.violations import Look
from tests.factories import NOON
from tests.harness.scale import scale
from tests.proof import bulk


@pytest.mark.drill
@pytest.mark.django_db(transaction=True)
def test_a_shop_of_any_size_is_checked() -> None:
    full = 1_000_000 if connection.vendor == "postgresql" else 100_000
    units, sales = scale(300, full), scale(60, full // 5)
    bulk.shop_of(units=units, sales=sales)
    found = list(check(Look(NOON)))
    took = " ".join(f"{finding.code} {finding.seconds:.2f}" for finding in found)
    print(f"{connection.vendor}: {units} units, {sales} orders, {sum(f.seconds for f in found):.1f} s ({took})")
    assert [finding.code for finding in found] == list(INVARIANTS)
    assert [violation for finding in found for violation in finding.violations] == []
