import datetime as dt
from collections.abc import Iterator

import pytest

from kameng.lib import clock
from shop.payments.gateways import registry
from tests.factories import NOON
from tests.payments import fakes


@pytest.fixture
def noon() -> Iterator[dt.datetime]:
    """Noon, and the clock stands still."""
    with clock.at(NOON):
        yield NOON


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> type[fakes.FakeGateway]:
    """A gateway `fake` beside the sandbox."""
    made = fakes.new()
    monkeypatch.setitem(registry._CLASSES, "fake", made)
    return made
