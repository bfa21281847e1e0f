import datetime as dt
from collections.abc import Iterator

import pytest

from kameng.lib import clock
from tests.factories import NOON


@pytest.fixture
def noon() -> Iterator[dt.datetime]:
    """Noon, and the clock stands still."""
    with clock.at(NOON):
        yield NOON
