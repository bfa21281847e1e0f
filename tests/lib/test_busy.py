"""Who waited too long for others is asked to try once more; what is really broken stays an error."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, connection
from django.test import Client
from django.urls import reverse

from shop.orders.models import Order
from tests.factories import gateway_account, sku
from tests.storefront.shopper import Shopper

PAGE = "text/html,application/xhtml+xml,*/*;q=0.8"


class PostgresError(Exception):
    def __init__(self, sqlstate: str) -> None:
        super().__init__("canceling statement")
        self.sqlstate = sqlstate


def sqlite_error(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("database trouble")
    error.sqlite_errorcode = code
    return error


def caused_by(cause: Exception, kind: type[Exception] = OperationalError) -> Exception:
    error = kind(str(cause))
    error.__cause__ = cause
    return error


BUSY = {
    "no lock in time": PostgresError("55P03"),
    "statement too long": PostgresError("57014"),
    "cannot be serialised": PostgresError("40001"),
    "deadlock": PostgresError("40P01"),
    "SQLite is locked": sqlite_error(5),
    "SQLite has a newer snapshot": sqlite_error(517),
    "SQLite's table is locked": sqlite_error(6),
}
BROKEN = {
    "connection lost": caused_by(PostgresError("57P01")),
    "disk full": caused_by(sqlite_error(13)),
    "without a cause": OperationalError("away"),
    "no operational error": caused_by(PostgresError("40001"), IntegrityError),
    "another error": RuntimeError("broken"),
}


@contextmanager
def home_raises(error: Exception, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    def fail(*_args: Any, **_kwargs: Any) -> None:
        raise error

    with monkeypatch.context() as during:
        during.setattr("shop.storefront.views.home.render", fail)
        yield Client(raise_request_exception=False, headers={"Accept": PAGE, "Accept-Language": "en"})


@pytest.mark.django_db
@pytest.mark.parametrize("cause", BUSY.values(), ids=BUSY.keys())
def test_a_wait_in_vain_is_a_page_that_asks_to_try_once_more(cause: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    with home_raises(caused_by(cause), monkeypatch) as client:
        answer = client.get("/?from=jade")
    assert (answer.status_code, answer["Retry-After"], answer["Cache-Control"]) == (503, "3", "no-store")
    text = answer.content.decode()
    assert "Please try once more" in text
    assert 'href="/?from=jade"' in text
    assert "卡盟" in text


@pytest.mark.django_db
@pytest.mark.parametrize("error", BROKEN.values(), ids=BROKEN.keys())
def test_every_other_error_stays_one(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    with home_raises(error, monkeypatch) as client:
        assert client.get("/").status_code == 500


@pytest.mark.django_db
@pytest.mark.parametrize("headers", [{"HX-Request": "true"}, {"X-Requested-With": "fetch"}, {"Accept": "application/json"}])
def test_scripts_and_machines_get_the_same_words_as_one_line(
    headers: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with home_raises(caused_by(PostgresError("55P03")), monkeypatch) as client:
        answer = client.get("/", headers=headers)
    assert (answer.status_code, answer["Content-Type"], answer["Retry-After"]) == (503, "text/plain; charset=utf-8", "3")
    assert answer.content.decode().startswith("Very busy right now. Please try once more")


@contextmanager
def held(order: Order) -> Iterator[None]:
    """Somebody else holds the order, and nobody here waits long for it."""
    impatient = "SET lock_timeout = '20ms'" if connection.vendor == "postgresql" else "PRAGMA busy_timeout = 0"
    patient = "SET lock_timeout = '2s'" if connection.vendor == "postgresql" else "PRAGMA busy_timeout = 20000"
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN" if connection.vendor == "postgresql" else "BEGIN IMMEDIATE")
            cursor.execute("UPDATE orders_order SET locale = locale WHERE id = %s", [order.pk])
            with connection.cursor() as ours:
                ours.execute(impatient)
            yield
            cursor.execute("ROLLBACK")
    finally:
        with connection.cursor() as ours:
            ours.execute(patient)
        other.close()


@pytest.mark.django_db(transaction=True)
def test_a_buyer_whose_order_is_held_by_somebody_tries_once_more_and_it_works() -> None:
    bob = Shopper()
    gateway_account()
    order = bob.order(sku(units=1))
    bob.client.defaults["HTTP_ACCEPT"] = PAGE
    address = reverse("pay_extend", args=[order.number])
    with held(order):
        answer = bob.post(address)
    assert (answer.status, answer.response["Referrer-Policy"]) == (503, "no-referrer")
    assert "This step was not finished" in answer.text
    order.refresh_from_db()
    assert not order.extended
    assert bob.post(address).status == 302
    order.refresh_from_db()
    assert order.extended
