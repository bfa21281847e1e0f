"""G3: a key is decoded once and kept to the byte, from the file to the preview to the stock to the export."""

from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from shop.inventory.models import Batch
from tests import factories
from tests.admin.people import approves_export, signed_in, staff
from tests.admin.test_import import PAGE, typed
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db

KEYS = ["1%0A2", "a+b", "=1+1", "007", "卡号----密码", "x&amp;y", "\\n", '"q"', "a,b;c|d"]


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_what_is_previewed_is_what_is_stored_is_what_is_exported(encoding: str, end: str) -> None:
    sku = factories.sku()
    owner = staff("Owner", sku.listing.merchant)
    client = signed_in(owner)
    file = SimpleUploadedFile("keys.txt", end.join(KEYS).encode(encoding))
    page = client.post(PAGE, {"sku": sku.pk, "file": file, "look": "1"}).content.decode()
    assert all(key in unescape(page) for key in KEYS)
    assert client.post(PAGE, {"sku": sku.pk, **typed(page), "confirm": "1"}).status_code == 302
    approves_export(Batch.objects.get(), owner)
    ask = {"part": "unsold", "kind": "txt", "reason": "a test", "password": PASSWORD}
    answer = client.post(f"/admin/inventory/batch/{Batch.objects.get().pk}/export/", ask)
    assert answer.content == "".join(f"{key}\n" for key in KEYS).encode()
