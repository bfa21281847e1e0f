from collections.abc import Iterator

import pytest
from django.db import connection

from tests.harness import servers
from tests.harness.fixtures import Site


@pytest.fixture
def calm(served: Site, _web: servers.Web) -> Iterator[Site]:
    """The shop under gunicorn, which must come through the test without a deadlock and without an error in its log."""
    before, written = deadlocks(), len(_web.process.log())
    yield served
    assert deadlocks() == before
    assert _web.process.log()[written:] == ""


def deadlocks() -> int:
    """How many PostgreSQL has resolved in the test's database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return int(cursor.fetchone()[0])
