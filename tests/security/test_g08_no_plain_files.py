"""G8: neither an import nor an export ever makes a file with secrets in it; what was left out goes after an hour."""

import datetime as dt
import os
import tempfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kameng.lib import clock
from kameng.tasks.registry import run_all
from shop.inventory.models import Batch, Intake, IntakePart
from tests import factories
from tests.admin.people import approves_export, signed_in, staff
from tests.factories import PASSWORD
from tests.inventory.books import xlsx

pytestmark = pytest.mark.django_db

PAGE = "/admin/inventory/batch/add/"


@pytest.fixture
def _no_files(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: Any, **kwargs: Any) -> None:
        raise AssertionError("a file was made")

    for name in ("mkstemp", "mkdtemp", "NamedTemporaryFile", "TemporaryFile", "SpooledTemporaryFile"):
        monkeypatch.setattr(tempfile, name, refuse)
    opened = os.open

    def guarded(path: Any, flags: int, *args: Any, **kwargs: Any) -> int:
        assert not flags & os.O_CREAT, path
        return opened(path, flags, *args, **kwargs)

    monkeypatch.setattr(os, "open", guarded)


@pytest.mark.usefixtures("_no_files")
def test_a_workbook_comes_in_and_goes_out_in_memory() -> None:
    sku = factories.sku()
    owner = staff("Owner", sku.listing.merchant)
    client = signed_in(owner)
    book = XLSX
    text = client.post(PAGE, {"sku": sku.pk, "file": SimpleUploadedFile("k.xlsx", book), "look": "1"}).context["form"]
    told = {"sku": sku.pk, "text": text["text"].value(), "checked": text.data["checked"], "confirm": "1"}
    assert client.post(PAGE, told).status_code == 302
    batch = Batch.objects.get()
    approves_export(Batch.objects.get(), owner)
    ask = {"part": "unsold", "kind": "xlsx", "reason": "a test", "password": PASSWORD}
    answer = client.post(f"/admin/inventory/batch/{batch.pk}/export/", ask)
    assert answer.content.startswith(b"PK")


# Made before files are refused: the library that writes it makes one.
XLSX = xlsx({"A": [["卡密"], ["CANARY-1"], ["CANARY-1"]]})


def test_what_was_left_out_is_gone_after_an_hour() -> None:
    sku = factories.sku()
    owner = staff("Owner", sku.listing.merchant)
    client = signed_in(owner)
    page = client.post(PAGE, {"sku": sku.pk, "text": "A\r\nA", "look": "1"})
    told = {"sku": sku.pk, "text": "A\r\nA", "checked": page.context["form"].data["checked"], "confirm": "1"}
    client.post(PAGE, told)
    assert IntakePart.objects.filter(rejected=True).count() == 1
    with clock.at(clock.now() + dt.timedelta(minutes=61)):
        run_all(only=["rejects"])
    assert not IntakePart.objects.exists()
    assert Intake.objects.get().rejects_until is None
