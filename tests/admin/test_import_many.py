"""Imports of many lines come in by parts; their page tells how far it is, and has what was left out for an hour."""

import datetime as dt

import pytest
from django.test import Client

from kameng.accounts.roles import MerchantRole
from kameng.audit.models import Entry
from kameng.lib import clock
from kameng.tasks.registry import run_all
from shop.catalog.models import Sku
from shop.inventory import by_parts, import_page
from shop.inventory.models import Intake, IntakePart, Secret, UnitStatus
from tests import factories
from tests.admin.people import platform, signed_in, staff
from tests.admin.test_import import PAGE, counts, look, opened, table, typed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(by_parts, "PART", 2)
    monkeypatch.setattr(import_page, "PART", 2)


@pytest.fixture
def sku() -> Sku:
    return factories.sku()


@pytest.fixture
def client(sku: Sku) -> Client:
    return signed_in(staff("Stock", sku.listing.merchant, MerchantRole.CATALOGUE))


def begun(client: Client, sku: Sku, text: str = "A\r\nB\r\nC\r\nD\r\nE\r\nA\r\n=X\u200b") -> str:
    form = typed(look(client, sku, text))
    address: str = client.post(PAGE, {"sku": sku.pk, **form, "confirm": "1"})["Location"]
    return address


def test_they_come_in_while_their_page_tells_how_far_it_is(client: Client, sku: Sku) -> None:
    address = begun(client, sku)
    assert address.endswith("/progress/")
    page = client.get(address).content.decode()
    assert 'data-live="on"' in page
    assert 'data-done="0"' in page
    by_parts.take_in(intake_id=Intake.objects.get().pk, now=clock.now())
    assert 'data-done="2"' in client.get(address).content.decode()
    run_all(only=["intake"])
    page = client.get(address).content.decode()
    assert 'data-live="over"' in page
    assert counts(page) == {"new": 5, "repeated": 1, "known": 0, "malformed": 1}
    assert opened() == ["A", "B", "C", "D", "E"]


def test_afterwards_what_was_left_out_can_be_downloaded_for_an_hour(client: Client, sku: Sku) -> None:
    begun(client, sku, "B\r\nD")
    address = begun(client, sku)
    run_all(only=["intake"])
    rows = table(client.post(address))
    assert [(row[0], row[2]) for row in rows[1:]] == [("2", "B"), ("4", "D"), ("6", "A"), ("7", "'=X\u200b")]
    entry = Entry.objects.latest("pk")
    assert (entry.act, entry.role) == ("rejects taken", "catalogue")
    with clock.at(clock.now() + dt.timedelta(minutes=61)):
        assert client.post(address).status_code == 302
        run_all(only=["rejects"])
    assert not IntakePart.objects.exists()


def test_nothing_of_them_can_be_read_in_the_database_meanwhile(client: Client, sku: Sku) -> None:
    begun(client, sku, "CANARY-1\r\nCANARY-2\r\nCANARY-3")
    assert IntakePart.objects.count() == 2
    assert not any("CANARY" in part.sealed for part in IntakePart.objects.all())


def test_withdrawing_stops_it(client: Client, sku: Sku) -> None:
    address = begun(client, sku)
    intake = Intake.objects.get()
    by_parts.take_in(intake_id=intake.pk, now=clock.now())
    client.post(f"/admin/inventory/batch/{intake.batch_id}/withdraw/", {"number": str(intake.batch_id)})
    run_all(only=["intake"])
    assert intake.batch.units.filter(status=UnitStatus.RETIRED).count() == 2
    assert not Secret.objects.filter(withdrawn_at=None).exists()
    assert 'data-live="over"' in client.get(address).content.decode()


def test_others_see_nothing_of_it(client: Client, sku: Sku) -> None:
    address = begun(client, sku)
    run_all(only=["intake"])
    elsewhere, orders = factories.merchant("Elsewhere"), MerchantRole.ORDERS
    for person in (staff("Stranger", elsewhere), staff("Orders", sku.listing.merchant, orders), platform()):
        answers = {signed_in(person).get(address).status_code, signed_in(person).post(address).status_code}
        assert answers <= {403, 404}, person
    assert not Entry.objects.exists()
