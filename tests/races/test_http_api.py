"""One call of a merchant's program, many times in the same moment: done once, and every sender hears the same."""

from functools import partial
from typing import Any

import httpx
import pytest

from shop.catalog.models import Kind
from shop.inventory.models import Batch, StockUnit
from shop.merchants.models import ApiCall
from shop.orders.models import OrderLine
from tests import factories
from tests.api.programs import ROOT, key_of
from tests.harness.crowd import together
from tests.harness.fixtures import Site
from tests.harness.scale import scale

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race, pytest.mark.drill]

COPIES = scale(10, 60)
PATIENCE_SECONDS = 110.0


def at_once(site: Site, token: str, path: str, body: Any) -> list[tuple[int, str]]:
    """What every sender of the same named call was answered."""
    limits = httpx.Limits(max_connections=COPIES, max_keepalive_connections=0)
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "once", "Accept-Language": "en"}
    with httpx.Client(limits=limits, timeout=PATIENCE_SECONDS, trust_env=False, headers=headers) as senders:
        answers = together([partial(senders.post, f"{site.url}{ROOT}{path}", json=body)] * COPIES, connected=False)
    return [(answer.status_code, answer.text) for answer in answers]


def test_units_that_are_done_are_counted_once(calm: Site) -> None:
    line = factories.line_of(factories.pay_order(factories.place_order(factories.by_hand(99, kind=Kind.TOP_UP), quantity=5)))
    factories.verify_all()
    heard = at_once(calm, key_of(line.merchant).token, f"lines/{line.pk}/deliver/", {"done": 1})
    assert len(set(heard)) == 1
    assert heard[0][0] == 201
    assert OrderLine.objects.get().delivered == 1
    assert ApiCall.objects.count() == 1


def test_secrets_come_in_as_one_batch(calm: Site) -> None:
    sku = factories.sku()
    heard = at_once(calm, key_of(sku.listing.merchant).token, f"skus/{sku.pk}/units/", {"secrets": ["KEY-1", "KEY-2"]})
    assert len(set(heard)) == 1
    assert heard[0][0] == 201
    assert (Batch.objects.count(), StockUnit.objects.count(), ApiCall.objects.count()) == (1, 2, 1)
