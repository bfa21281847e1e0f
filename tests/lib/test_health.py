"""`/healthz` says whether web server and database answer, to whoever asks and however."""

from typing import Any

import pytest
from django.db import connection
from django.db.utils import OperationalError
from django.test import Client


@pytest.mark.django_db
def test_a_prober_without_a_known_host_gets_ok_after_one_query(client: Client, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        answer = client.get("/healthz", headers={"host": "10.0.0.7:8000"})
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert not answer.cookies
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Vary" not in answer.headers


@pytest.mark.django_db
def test_over_plain_http_it_is_not_sent_to_https(client: Client, settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT, settings.SECURE_REDIRECT_EXEMPT = True, [r"^healthz$"]
    assert client.get("/healthz").status_code == 200


@pytest.mark.django_db
def test_without_its_database_it_says_503_and_no_more(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> None:
        raise OperationalError('connection to server at "db.internal" failed')

    monkeypatch.setattr(connection, "cursor", gone)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (503, b"the database does not answer\n")
