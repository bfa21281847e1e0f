"""G1: an import takes text, CSV and .xlsx up to its limits; what a file holds decides what it is, not what it is called."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from kameng.accounts.roles import MerchantRole
from shop.inventory.models import Batch
from tests import factories
from tests.admin.people import signed_in, staff
from tests.inventory.books import xlsx

pytestmark = pytest.mark.django_db

PAGE = "/admin/inventory/batch/add/"
OTHERS = {
    "php": b"<?php system($_GET['c']); ?>",
    "html": b"\xef\xbb\xbf\n<!DOCTYPE html><script>alert(1)</script>",
    "elf": b"\x7fELF\x02\x01\x01\0\0\0\0",
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg'></svg>",
    "xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500,
    "zip": b"PK\x03\x04" + b"\0" * 100,
    "shell": b"#!/bin/sh\necho",
}


@pytest.fixture
def merchants() -> tuple[Client, int]:
    sku = factories.sku()
    return signed_in(staff("Stock", sku.listing.merchant, MerchantRole.CATALOGUE)), sku.pk


@pytest.mark.parametrize("kind", OTHERS)
@pytest.mark.parametrize("name", ["keys.csv", "keys.xlsx", "keys.txt"])
def test_another_kind_of_file_is_refused_whatever_it_is_called(merchants: tuple[Client, int], kind: str, name: str) -> None:
    client, sku = merchants
    answer = client.post(PAGE, {"sku": sku, "file": SimpleUploadedFile(name, OTHERS[kind]), "look": "1"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "errornote" in page
    assert "data-count" not in page


@pytest.mark.parametrize("name", ["keys.csv", "keys.txt", "keys", "../../keys.php"])
def test_a_workbook_is_one_whatever_it_is_called(merchants: tuple[Client, int], name: str) -> None:
    client, sku = merchants
    file = SimpleUploadedFile(name, xlsx({"A": [["卡密", "面值"], ["A-1", 5]]}))
    page = client.post(PAGE, {"sku": sku, "file": file, "look": "1"}).content.decode()
    assert "A-1" in page
    assert 'data-count="new"' in page


def test_eleven_mebibytes_are_refused_before_they_are_read(merchants: tuple[Client, int]) -> None:
    client, sku = merchants
    file = SimpleUploadedFile("keys.txt", b"x" * 11 * 1024 * 1024)
    answer = client.post(PAGE, {"sku": sku, "file": file, "look": "1"})
    assert answer.status_code == 413
    assert "10 MiB" in answer.content.decode()


@pytest.mark.parametrize("text", ["A\n" * 100_001, "A,B\n" * 100_001])
def test_more_than_a_hundred_thousand_lines_are_refused(merchants: tuple[Client, int], text: str) -> None:
    client, sku = merchants
    file = SimpleUploadedFile("keys.csv", text.encode())
    page = client.post(PAGE, {"sku": sku, "file": file, "look": "1"}).content.decode()
    assert "100,000" in page
    assert "data-count" not in page


def test_a_line_of_more_than_four_kibibytes_is_left_out(merchants: tuple[Client, int]) -> None:
    client, sku = merchants
    file = SimpleUploadedFile("keys.csv", b"k,v\n" + b"x" * 4097 + b",1\nfits,2\n")
    page = client.post(PAGE, {"sku": sku, "file": file, "look": "1", "confirm": "1"}).content.decode()
    assert "4096" in page
    assert not Batch.objects.exists()
