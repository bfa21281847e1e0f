"""Anything in any order, and after every step every invariant holds; in the end everybody has goods or money."""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.harness.scale import scale
from tests.proof.machine import ShopMachine

RUN = settings(
    max_examples=scale(30, 200),
    # The small run is the same every time; the drills roll new dice.
    derandomize=scale(True, False),
    stateful_step_count=scale(30, 50),
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)


@pytest.mark.drill
@pytest.mark.django_db
def test_everybody_has_goods_or_money_in_the_end() -> None:
    ShopMachine.finished = 0
    run_state_machine_as_test(ShopMachine, settings=RUN)
    assert ShopMachine.finished > 0
