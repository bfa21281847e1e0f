"""Filling the shop takes many transactions; a note beside the data tells that this was not brought to its end."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

from shop.merchants.models import Merchant


class NotEmpty(Exception):
    """The database holds a shop that is not the demo."""


@contextmanager
def filling() -> Iterator[None]:
    """Keep the note while the block fills the shop; it stays where the block, or this process, does not come to its end.

    Raises NotEmpty, so that nothing but a half-filled demo is ever taken for one.
    """
    if Merchant.objects.exists():
        raise NotEmpty
    _note().parent.mkdir(parents=True, exist_ok=True)
    _note().write_text(_database())
    yield
    _note().unlink()


def interrupted() -> bool:
    """Whether this database was being filled and nobody brought it to its end."""
    return _note().exists() and _note().read_text() == _database()


def _note() -> Path:
    return Path(settings.VAR, "demo-unfinished")


def _database() -> str:
    told = connection.settings_dict
    return f"{told['HOST']}:{told['PORT']}/{told['NAME']}"
