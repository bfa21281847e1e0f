"""D4: the same callback a hundred times at once is one receipt, one delivery and a hundred success answers."""

import threading
from collections import Counter
from collections.abc import Callable

import httpx
import pytest
from django.db import connection

from kameng.tasks.registry import run_all
from shop.inventory.models import StockUnit, UnitStatus
from shop.ledger.models import Journal
from shop.orders.models import LineStatus, OrderStatus
from shop.payments.models import Notice, Payment, PaymentStatus, Verdict
from tests.factories import buyer, place_order, sku
from tests.harness.fixtures import Site
from tests.harness.scale import scale
from tests.payments.world import Word, send, started, word

COPIES = 100
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def at_once(act: Callable[[], object], copies: int) -> None:
    """Call it in so many threads that start together."""
    gate = threading.Barrier(copies)

    def run() -> None:
        gate.wait()
        try:
            act()
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(copies)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def paid_and_delivered_once(payment: Payment) -> None:
    """One receipt, one escrow, one delivery; and the buyer's units are the buyer's alone."""
    row = Payment.objects.select_related("order").get(pk=payment.pk)
    assert (row.status, row.order.status) == (PaymentStatus.CONFIRMED, OrderStatus.PAID)
    assert row.events.filter(to_status=PaymentStatus.CONFIRMED).count() == 1
    assert Journal.objects.filter(key=f"payment:{row.pk}:confirmed").count() == 1
    assert Journal.objects.filter(key=f"order:{row.order_id}:paid").count() == 1
    assert Notice.objects.filter(payment=row).values_list("verdict", flat=True).get() == Verdict.CREDITED
    line = row.order.lines.get()
    assert (line.status, line.delivered) == (LineStatus.DELIVERED, 2)
    assert StockUnit.objects.filter(reservation=line.reservation, status=UnitStatus.DELIVERED).count() == 2


def payments(orders: int) -> list[Payment]:
    """So many orders of two units each, waiting at the sandbox."""
    goods = sku(units=2 * orders + 5)
    return [started(place_order(goods, quantity=2, by=buyer(f"buyer{number}"))) for number in range(orders)]


def post_many(url: str, said: Word) -> list[tuple[int, str]]:
    answers: list[tuple[int, str]] = []
    target = f"{url}/pay/n/{said.account.public_id}/"

    def post() -> None:
        answer = httpx.post(target, content=said.body, headers=FORM, timeout=60, trust_env=False)
        answers.append((answer.status_code, answer.text))

    at_once(post, COPIES)
    return answers


@pytest.mark.race
@pytest.mark.drill
def test_a_hundred_copies_over_http(served: Site) -> None:
    for payment in payments(scale(2, 20)):
        assert Counter(post_many(served.url, word(payment))) == {(200, "success"): COPIES}
        served.drain()
        paid_and_delivered_once(payment)


@pytest.mark.django_db(transaction=True)
@pytest.mark.drill
def test_copies_at_once_through_the_callback() -> None:
    """The same without a server of its own, for the engine that has none."""
    copies = scale(10, COPIES)
    for payment in payments(scale(1, 20)):
        said = word(payment)
        answers: list[bytes] = []
        at_once(lambda said=said, answers=answers: answers.append(send(said).content), copies)  # type: ignore[misc]
        assert answers == [b"success"] * copies
        run_all()
        paid_and_delivered_once(payment)


@pytest.mark.django_db(transaction=True)
def test_copies_before_and_after_the_delivery_change_nothing() -> None:
    (payment,) = payments(1)
    said = word(payment)
    assert send(said).content == b"success"
    run_all()
    paid_and_delivered_once(payment)
    for _ in range(3):
        assert send(said).content == b"success"
        run_all()
    paid_and_delivered_once(payment)
