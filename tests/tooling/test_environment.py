"""Tests run as production does, but for keys that protect nothing and a folder of their own."""

import os
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection

from tests.harness import environment


def test_debug_and_demo_are_off_and_every_key_is_set() -> None:
    assert not settings.DEBUG
    assert not settings.DEMO
    assert "fulfillment.demo" not in settings.INSTALLED_APPS
    assert settings.SECRETS_KEYS
    assert settings.FINGERPRINT_KEY


def test_files_go_to_a_folder_of_this_run() -> None:
    assert Path(settings.VAR).name.startswith(environment.PREFIX)
    assert Path(settings.VAR).is_dir()


def test_a_process_started_by_a_test_keeps_what_its_parent_chose(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SITE_URL", "http://127.0.0.1:1")
    environment.prepare()
    assert os.environ["SITE_URL"] == "http://127.0.0.1:1"


@pytest.mark.django_db
def test_sqlite_is_a_file_with_the_locks_of_production() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("SQLite only")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode")
        assert cursor.fetchone() == ("wal",)
    assert Path(connection.settings_dict["NAME"]).is_relative_to(settings.VAR)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_what_one_test_put_into_the_cache_is_gone_in_the_next(turn: int) -> None:
    assert cache.get("turn") is None
    cache.set("turn", turn)
    assert cache.get("turn") == turn
