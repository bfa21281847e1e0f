"""Anything in any order, and after every step every invariant holds; in the end everybody has goods or money."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.harness.scale import scale
from tests.proof.machine import ShopMachine
from tests.proof.machine.world import World

RUN = settings(
    max_examples=scale(30, 200),
    # The small run is the same every time; the drills roll new dice.
    derandomize=scale(True, False),
    stateful_step_count=scale(30, 50),
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)

#: What the small run reaches too.
REACHED = ("cart of many", "take up", "hand in a part", "give up", "deadline in part", "adopt", "import by parts")


@pytest.mark.drill
@pytest.mark.django_db
def test_everybody_has_goods_or_money_in_the_end() -> None:
    World.finished, World.did = 0, Counter()
    run_state_machine_as_test(ShopMachine, settings=RUN)
    assert World.finished > 0
    assert +World.did >= Counter(REACHED), "rules that do nothing prove nothing"
