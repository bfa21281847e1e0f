"""A demo that does not become ready says so and ends, instead of letting a newcomer wait."""

import subprocess
import sys

import pytest

from fulfillment.demo import serve
from fulfillment.demo.address import Address
from fulfillment.demo.serve import House
from tests.harness import demos

pytestmark = pytest.mark.once

WAITS = [sys.executable, "-c", "import signal; signal.pause()"]


def test_a_shop_that_does_not_answer_is_stopped_with_a_word_about_it(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    started: list[subprocess.Popen[bytes]] = []

    def start(house: House, _command: list[str]) -> None:
        started.append(subprocess.Popen(WAITS, start_new_session=True))
        house._children.append(started[-1])

    monkeypatch.setattr(House, "_start", start)
    monkeypatch.setattr(serve, "READY_SECONDS", 0.5)
    # The handlers of this process are pytest's.
    monkeypatch.setattr("signal.signal", lambda *_: None)
    house = House(Address("127.0.0.1", demos.free_port()), tell=said.append)
    assert house.run(announce=lambda: said.append("ready")) == 1
    assert [child.poll() is not None for child in started] == [True, True]
    assert said[0].startswith("The start page did not open within")
    assert "ConnectError" in said[0]
    assert "ready" not in said
