"""A crowd at the cashier: presses wait for notices, and notices need the same server."""

import threading
import time
from statistics import median

import httpx
import pytest

from shop.orders.models import OrderStatus
from tests.factories import buyer, place_order, sku
from tests.harness.fixtures import Site
from tests.payments.test_cashier import press, states
from tests.payments.world import started

CROWD = 24


@pytest.mark.race
def test_nobody_waits_for_a_place_that_his_own_notice_needs(served: Site) -> None:
    goods = sku(units=CROWD)
    payments = [started(place_order(goods, by=buyer(f"buyer{number}"))) for number in range(CROWD)]
    answers: list[tuple[int, float]] = []
    gate = threading.Barrier(CROWD)

    def pay(number: int) -> None:
        gate.wait()
        began = time.monotonic()
        answer: httpx.Response = press(served, payments[number], "pay")
        answers.append((answer.status_code, time.monotonic() - began))

    threads = [threading.Thread(target=pay, args=(number,)) for number in range(CROWD)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [status for status, _seconds in answers] == [302] * CROWD
    print(f"pressed to sent back: median {median(seconds for _status, seconds in answers):.2f} s")
    # A notice still on its way is found by asking, as it would be in the shop.
    served.drain()
    deadline = time.monotonic() + 60
    while any(states(payment)[1] != OrderStatus.PAID for payment in payments) and time.monotonic() < deadline:
        served.drain()
    assert {states(payment)[1] for payment in payments} == {OrderStatus.PAID}
