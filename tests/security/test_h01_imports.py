"""H1 for the import: what a merchant pastes is in no log, session, table or error page, even when importing breaks."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.views.decorators.debug import sensitive_variables

from kameng.accounts.roles import MerchantRole
from kameng.lib.logs import OneLine
from shop.catalog.models import Sku
from tests import factories
from tests.admin.people import signed_in, staff
from tests.security.dump import places_of

pytestmark = pytest.mark.django_db

CANARY = "CANARY-51c0ffee"
PAGE = "/admin/inventory/batch/add/"


@pytest.fixture
def logged() -> Iterator[list[str]]:
    lines: list[str] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(self.format(record))

    root, handler = logging.getLogger(), Kept()
    handler.setFormatter(OneLine("%(message)s"))
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield lines
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.fixture
def sku() -> Sku:
    return factories.sku()


@pytest.fixture
def client(sku: Sku) -> Client:
    made = signed_in(staff("Stock", sku.listing.merchant, MerchantRole.CATALOGUE))
    made.raise_request_exception = False
    return made


def sent(how: str) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("k.txt", CANARY.encode())} if how == "file" else {"text": CANARY}


@pytest.mark.parametrize("how", ["text", "file"])
def test_a_preview_leaves_nothing_behind(logged: list[str], client: Client, sku: Sku, how: str) -> None:
    assert CANARY in client.post(PAGE, {"sku": sku.pk, "look": "1", **sent(how)}).content.decode()
    assert places_of(CANARY) == []
    assert not [line for line in logged if CANARY in line]


@pytest.mark.parametrize("how", ["text", "file"])
@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.parametrize("where", ["import_page.preview", "parse.sort", "parse._problem", "crypto.fingerprint"])
def test_an_import_that_breaks_tells_nothing(
    logged: list[str],
    client: Client,
    sku: Sku,
    monkeypatch: pytest.MonkeyPatch,
    settings: Any,
    where: str,
    debug: bool,
    how: str,
) -> None:
    settings.DEBUG = debug

    @sensitive_variables()
    def breaks(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("broken")

    home = "kameng.lib" if where.startswith("crypto") else "shop.inventory"
    monkeypatch.setattr(f"{home}.{where}", breaks)
    answer = client.post(PAGE, {"sku": sku.pk, "look": "1", **sent(how)})
    assert answer.status_code == 500
    assert CANARY not in answer.content.decode()
    assert not [line for line in logged if CANARY in line]
    assert places_of(CANARY) == []
