"""G4: what a file would bring is counted before it does: against itself, against the shop, and against what is sold."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from shop.inventory.models import Batch, StockUnit
from tests import factories
from tests.admin.people import signed_in, staff
from tests.admin.test_import import PAGE, counts, typed

pytestmark = pytest.mark.django_db


def look(client: Client, sku: int, text: str) -> str:
    file = SimpleUploadedFile("keys.csv", text.encode())
    return client.post(PAGE, {"sku": sku, "file": file, "look": "1"}).content.decode()


def test_the_same_file_again_brings_nothing_new_though_its_keys_are_sold() -> None:
    sku = factories.line_of(factories.delivered_order(codes=["SOLD-1", "SOLD-2"])).sku
    client = signed_in(staff("Owner", sku.listing.merchant))
    page = look(client, sku.pk, "key\nSOLD-1\nNEW-1\nSOLD-2\nNEW-1")
    assert counts(page) == {"new": 1, "repeated": 1, "known": 2, "malformed": 0}
    client.post(PAGE, {"sku": sku.pk, **typed(page), "confirm": "1"})
    assert counts(look(client, sku.pk, "key\nSOLD-1\nNEW-1\nSOLD-2\nNEW-1"))["new"] == 0


def test_looking_changes_nothing() -> None:
    sku = factories.sku()
    look(signed_in(staff("Owner", sku.listing.merchant)), sku.pk, "A-1\nA-2")
    assert not Batch.objects.exists()
    assert not StockUnit.objects.exists()
