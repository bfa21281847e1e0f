"""Importing accounts on the page: their public descriptions are found, shown, refused where they tell too much, and kept."""

import csv
import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from kameng.accounts.roles import MerchantRole
from shop.catalog.models import Kind, Sku
from shop.inventory.models import Batch, StockUnit
from tests import factories
from tests.admin.people import signed_in, staff
from tests.admin.test_import import PAGE, counts, typed

pytestmark = pytest.mark.django_db

TEXT = "60级 剑修 ==== jian60----1\n丹师----2\n阵修 zhen60 ==== zhen60----3\n"


@pytest.fixture
def sku() -> Sku:
    return factories.sku(kind=Kind.ACCOUNT)


@pytest.fixture
def client(sku: Sku) -> Client:
    return signed_in(staff("Stock", sku.listing.merchant, MerchantRole.CATALOGUE))


def look(client: Client, sku: Sku, **sent: object) -> str:
    page: str = client.post(PAGE, {"sku": sku.pk, "look": "1", **sent}).content.decode()
    return page


def said(page: str) -> list[str]:
    """The public descriptions of the preview's first lines."""
    return re.findall(r"data-said>(.*?)</td>", page)


def stored() -> list[str]:
    return list(StockUnit.objects.order_by("position").values_list("description", flat=True))


def test_pasted_lines_are_shown_with_their_descriptions_and_reasons(client: Client, sku: Sku) -> None:
    page = look(client, sku, text=TEXT)
    assert (counts(page)["new"], counts(page)["malformed"]) == (1, 2)
    assert said(page) == ["60级 剑修", "", "阵修 zhen60"]
    skipped = page[page.index('data-lines="skipped"') :]
    assert re.findall(r"<li>\D*(\d+)", skipped)[:2] == ["2", "3"]
    assert client.post(PAGE, {**typed(page), "sku": sku.pk, "confirm": "1"}).status_code == 302
    assert (stored(), Batch.objects.get().malformed) == (["60级 剑修"], 2)


def test_a_file_says_which_column_is_public_and_another_one_can_be_chosen(client: Client, sku: Sku) -> None:
    file = SimpleUploadedFile("a.csv", "账号,密码,说明,备注\nu1,p1,60级,内部\nu2,p2,61级,内部\n".encode())
    page = look(client, sku, file=file)
    assert said(page) == ["60级", "61级"]
    assert re.search(r'name="description"\s+value="2"[^>]*checked', page, re.DOTALL)
    again = look(client, sku, **typed(page), divider="comma", columns=["0"], description="1", heading="on")
    assert said(again) == ["p1", "p2"]


def test_what_was_left_out_is_given_back_with_both_columns(client: Client, sku: Sku) -> None:
    answer = client.post(PAGE, {"sku": sku.pk, "text": TEXT, "rejects": "1"})
    rows = list(csv.reader(io.StringIO(answer.content.decode().removeprefix("\ufeff"))))
    assert [row[2:] for row in rows[1:]] == [["", "丹师----2"], ["阵修 zhen60", "zhen60----3"]]


def test_goods_that_are_alike_know_nothing_of_it(client: Client, sku: Sku) -> None:
    Sku.objects.update(kind=Kind.CARD_KEY)
    page = look(client, sku, text=TEXT)
    assert (said(page), counts(page)["new"]) == ([], 3)
