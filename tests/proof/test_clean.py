"""A shop in which everything happened that can happen breaks no invariant."""

import pytest

from fulfillment.proof.check import INVARIANTS, check
from fulfillment.proof.violations import Look
from tests.proof import busy

pytestmark = pytest.mark.django_db


def test_an_empty_shop_breaks_nothing() -> None:
    assert [f.violations for f in check(Look(busy.NOW))] == [[] for _ in INVARIANTS]


def test_a_busy_shop_breaks_nothing() -> None:
    busy.busy_shop()
    assert [violation for finding in check(Look(busy.NOW)) for violation in finding.violations] == []
