"""Secrets go back to their merchant's owner: for a reason, after the password, byte for byte, and never unnoticed."""

import io
import zipfile
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from kameng.accounts.models import User
from kameng.accounts.roles import MerchantRole
from kameng.audit.models import Entry
from kameng.lib import clock
from shop.catalog.models import Sku
from shop.inventory.intake import import_batch
from shop.inventory.models import Batch
from shop.inventory.withdraw import withdraw_batch
from tests import factories
from tests.admin.people import approves_export, platform, signed_in, staff
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db

EXACT = [
    "=1+1",
    "+86",
    "-1",
    "@x",
    "007",
    "1234567890123456",
    "1%0A2",
    "a b",
    "卡 号",
    "_x0041_",
    "<b>&amp;",
    "2026-01-05",
    "'q",
]


@pytest.fixture
def sku() -> Sku:
    return factories.sku()


@pytest.fixture
def batch(sku: Sku) -> Batch:
    return import_batch(sku=sku, secrets=EXACT, source="=x", user=None, now=clock.now())


@pytest.fixture
def owner(sku: Sku) -> User:
    return staff("Owner", sku.listing.merchant)


@pytest.fixture
def client(owner: User) -> Client:
    return signed_in(owner)


def page_of(batch: Batch) -> str:
    return f"/admin/inventory/batch/{batch.pk}/export/"


def asked(**changes: Any) -> dict[str, Any]:
    return {"part": "unsold", "kind": "txt", "reason": "Moving house", "password": PASSWORD} | changes


def takes(by: User, batch: Batch, **changes: Any) -> Any:
    """The answer to an export that a second person approved."""
    told = asked(**changes)
    approves_export(batch, by, told["part"])
    return signed_in(by).post(page_of(batch), told)


def test_a_text_file_holds_each_secret_byte_for_byte(owner: User, batch: Batch) -> None:
    answer = takes(owner, batch)
    assert answer.content.decode() == "".join(f"{secret}\n" for secret in EXACT)
    assert answer["Content-Disposition"] == f'attachment; filename="batch-{batch.pk}-unsold.txt"'
    assert "no-store" in answer["Cache-Control"]
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_workbook_holds_them_as_text_with_the_state_of_each(owner: User, batch: Batch) -> None:
    answer = takes(owner, batch, kind="xlsx", part="all")
    rows: list[Any] = list(load_workbook(io.BytesIO(answer.content)).worksheets[0].iter_rows())[1:]
    # Programs undo the escape that keeps `_x0041_` from becoming an A; this library does not.
    assert [row[1].value.replace("_x005F_", "_") for row in rows] == EXACT
    assert {cell.data_type for row in rows for cell in row if cell.value} == {"s"}
    assert {row[1].number_format for row in rows} == {"@"}
    assert {row[2].value for row in rows} == {"可售"}


def test_what_it_exports_can_be_imported_again(owner: User, batch: Batch) -> None:
    answer = takes(owner, batch, kind="xlsx")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        assert book.testzip() is None
        assert all(secret in book.read("xl/worksheets/sheet1.xml").decode() for secret in ("007", "卡 号", "1%0A2"))


def test_withdrawn_and_sold_ones_are_told_apart() -> None:
    sku = factories.line_of(factories.delivered_order(quantity=2)).sku
    owner, sold = staff("Owner", sku.listing.merchant), Batch.objects.get()
    batch = import_batch(sku=sku, secrets=["GONE"], source="x", user=None, now=clock.now())
    withdraw_batch(batch_id=batch.pk, actor="user:1", now=clock.now())
    assert len(takes(owner, sold, part="sold").content.splitlines()) == 2
    assert takes(owner, batch, part="withdrawn").content == b"GONE\n"
    for of, part in ((sold, "unsold"), (sold, "withdrawn"), (batch, "sold"), (batch, "unsold")):
        assert "attachment" not in str(takes(owner, of, part=part).headers)


def test_every_export_is_in_the_log_with_who_why_and_how_many(owner: User, batch: Batch) -> None:
    takes(owner, batch)
    entry = Entry.objects.get(act="export")
    assert (entry.actor, entry.role, entry.subject) == (owner.holder, "owner", f"batch:{batch.pk}")
    second = User.objects.get(email="second@example.com")
    assert entry.reason == f"unsold {len(EXACT)}, approved by {second.holder}: Moving house"
    assert not any(secret in entry.reason for secret in ("007", "1%0A2"))


@pytest.mark.parametrize(
    "wrong", [{"password": "x"}, {"password": ""}, {"reason": " "}, {"part": "?"}, {"kind": "txt", "part": "all"}]
)
def test_without_password_and_reason_nothing_is_given(client: Client, batch: Batch, wrong: dict[str, str]) -> None:
    answer = client.post(page_of(batch), asked(**wrong))
    assert answer.status_code == 200
    assert "007" not in answer.content.decode()
    assert "errornote" in answer.content.decode()
    assert not Entry.objects.exists()


def test_passwords_are_not_tried_for_long(client: Client, owner: User, batch: Batch) -> None:
    approves_export(batch, owner)
    for _ in range(5):
        client.post(page_of(batch), asked(password="x"))
    assert "attachment" not in str(client.post(page_of(batch), asked()).headers)


def test_only_the_owner_may(sku: Sku, batch: Batch) -> None:
    unit = f"/admin/inventory/stockunit/{batch.units.earliest('pk').pk}/reveal/"
    others = [staff(role, sku.listing.merchant, role) for role in MerchantRole if role != MerchantRole.OWNER]
    for person in (*others, platform(), staff("Stranger", factories.merchant("Elsewhere"))):
        for address in (page_of(batch), unit):
            browser = signed_in(person)
            assert {browser.get(address).status_code, browser.post(address, asked()).status_code} <= {403, 404}, person
    assert not Entry.objects.exists()


def test_one_unit_is_shown_for_a_reason_and_logged(client: Client, batch: Batch) -> None:
    unit = batch.units.earliest("position")
    address = f"/admin/inventory/stockunit/{unit.pk}/reveal/"
    assert "=1+1" not in client.get(address).content.decode()
    page = client.post(address, {"reason": "The buyer asks", "password": PASSWORD})
    assert "data-secret>=1+1<" in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    entry = Entry.objects.get(act="shown to staff")
    assert (entry.subject, entry.reason) == (f"unit:{unit.pk}", "The buyer asks")


def test_who_has_no_password_has_just_signed_in(owner: User, batch: Batch) -> None:
    owner.set_unusable_password()
    owner.save()
    client = signed_in(owner)
    approves_export(batch, owner)
    assert "attachment" in str(client.post(page_of(batch), asked()).headers)
    approves_export(batch, owner)
    User.objects.filter(pk=owner.pk).update(last_login=factories.NOON.replace(year=2020))
    assert "attachment" not in str(client.post(page_of(batch), asked()).headers)
