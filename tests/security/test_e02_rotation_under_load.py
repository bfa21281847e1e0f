"""E2: keys are changed while the shop sells: no delivery fails, an interrupted run goes on, the old key can be removed."""

import base64
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections

from fulfillment.delivery.reveal import delivered_units, reveal
from kameng.audit.record import Actor
from kameng.lib import clock, crypto
from shop.catalog.models import Sku
from shop.inventory import rotate
from shop.inventory.intake import import_batch
from shop.inventory.models import Secret
from tests import factories
from tests.harness.scale import scale

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.drill, pytest.mark.alone]

CARDS = scale(1_000, 100_000)
OLD, NEW = (f"{name}:" + base64.urlsafe_b64encode(fill * 32).decode() for name, fill in (("old", b"o"), ("new", b"n")))


class PowerCut(Exception):
    pass


def bought(sku: Sku, known: set[str]) -> None:
    """One sale, to the card on the buyer's page; raises when anything of it fails."""
    order = factories.pay_order(factories.place_order(sku, by=factories.buyer(secrets.token_hex(4))))
    factories.deliver_all()
    line = factories.line_of(order)
    units = [unit.pk for unit in delivered_units(line)]
    shown = reveal(line=line, unit_ids=units, actor=Actor("test", "buyer"), now=clock.now())
    assert len(shown) == 1
    assert shown[0].secret in known


@contextmanager
def meanwhile(work: Callable[[], None]) -> Iterator[threading.Thread]:
    """The work in a thread of its own; what it raises is raised at the end."""
    raised: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:
            raised.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield thread
    finally:
        thread.join()
    if raised:
        raise raised[0]


def interrupted() -> None:
    def stop(done: int) -> None:
        if done >= CARDS // 3:
            raise PowerCut

    with pytest.raises(PowerCut):
        rotate.rotate(model=Secret, report=stop)


def to_the_end() -> None:
    call_command("rotate_keys")


def test_rotation_while_selling(settings: Any) -> None:
    settings.SECRETS_KEYS = OLD
    sku = factories.sku()
    known = {f"CARD-{secrets.token_hex(8)}" for _ in range(CARDS)}
    import_batch(sku=sku, secrets=sorted(known), source="x", user=None, now=clock.now())
    bought(sku, known)
    settings.SECRETS_KEYS = f"{NEW},{OLD}"

    sold = 0
    for work in (interrupted, to_the_end):
        with meanwhile(work) as running:
            while running.is_alive() or sold % 5:
                bought(sku, known)
                sold += 1
        if work is interrupted:
            assert 0 < rotate.stale(Secret).count() < CARDS

    settings.SECRETS_KEYS = NEW
    assert sold > 0
    assert {crypto.key_id(sealed) for sealed in Secret.objects.values_list("sealed", flat=True)} == {"new"}
    opened = {crypto.ring().open(row.sealed, row.place).decode() for row in Secret.objects.iterator(chunk_size=2_000)}
    assert opened == known
    bought(sku, known)
