"""The clock is the database's, and costs the caller no query."""

import datetime as dt
from unittest import mock

import pytest
import time_machine
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from kameng.lib import clock

pytestmark = pytest.mark.django_db

on_postgresql = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has no clock of its own")


@pytest.fixture
def unmeasured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "_offset", dt.timedelta(0))
    monkeypatch.setattr(clock, "_measure_after", float("-inf"))


def machine() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def test_it_is_aware_and_near_the_machines_here(unmeasured: None) -> None:
    assert abs(clock.now() - machine()) < dt.timedelta(seconds=5)
    assert clock.now().utcoffset() == dt.timedelta(0)


def test_a_moment_can_be_injected(noon: dt.datetime) -> None:
    with clock.at(noon):
        assert clock.now() == noon
        with clock.at(noon + dt.timedelta(days=1)):
            assert clock.now() == noon + dt.timedelta(days=1)
        assert clock.now() == noon
    assert clock.now() != noon


@on_postgresql
def test_a_machine_that_is_wrong_by_ten_minutes_agrees_with_the_database(unmeasured: None) -> None:
    right = machine()
    with time_machine.travel(right + dt.timedelta(minutes=10)):
        assert abs(clock.now() - right) < dt.timedelta(seconds=5)


@on_postgresql
def test_measuring_is_no_query_of_the_caller_and_works_in_a_broken_transaction(unmeasured: None) -> None:
    with CaptureQueriesContext(connection) as queries:
        clock.now()
    assert not queries.captured_queries
    assert clock._measure_after > 0


@on_postgresql
def test_a_database_that_does_not_answer_leaves_the_last_offset(
    unmeasured: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(clock, "_offset", dt.timedelta(hours=1))
    silent = mock.Mock(vendor="postgresql", **{"copy.return_value.cursor.side_effect": OperationalError("away")})
    with mock.patch.object(clock, "connection", silent):
        assert clock.now() - machine() > dt.timedelta(minutes=59)
    assert "could not be read" in caplog.text
