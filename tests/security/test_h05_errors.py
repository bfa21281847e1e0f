"""H5: an error page tells nothing but a reference, and the log knows it."""

import re
from typing import Any

import pytest
from django.test import Client

SECRET_PATH = "/srv/kameng/secret-place.py"


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: Any, **_kwargs: Any) -> None:
        raise RuntimeError(f'SELECT "sealed" FROM inventory_secret failed in {SECRET_PATH} with KEY-1234')

    monkeypatch.setattr("shop.storefront.views.home.render", fail)


@pytest.mark.django_db
def test_a_failed_page_shows_no_path_no_sql_no_key_and_a_reference_that_the_log_knows(
    broken: None, caplog: pytest.LogCaptureFixture
) -> None:
    client = Client(raise_request_exception=False)
    response = client.get("/")
    text = response.content.decode()
    assert response.status_code == 500
    for secret in (SECRET_PATH, "SELECT", "KEY-1234", "RuntimeError", "Traceback", "inventory_secret"):
        assert secret not in text
    found = re.search(r"\b[0-9A-F]{8}\b", text)
    assert found
    assert f"reference {found.group()}: GET / failed" in caplog.text


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/o/0000000000000000/", "/p/nothing/", "/face/nothing.svg", "/nowhere/"])
def test_a_missing_page_shows_no_address_table(path: str) -> None:
    response = Client().get(path)
    assert response.status_code == 404
    assert "urlpatterns" not in response.content.decode()
