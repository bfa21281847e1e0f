"""The demo as newcomers handle it: interrupted, started again, stopped from the terminal or by a service manager."""

import os
import secrets
import signal
import socket
import sqlite3
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import httpx
import psycopg
import pytest
from django.db import connection

from fulfillment.demo.history import ORDERS
from tests.drills.lanes import alive, children
from tests.drills.waiting import until
from tests.harness import demos, servers
from tests.harness.demos import STOP_SECONDS, Demo
from tests.harness.scale import scale

pytestmark = [
    pytest.mark.drill,
    pytest.mark.alone,
    pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc"),
]

EARLY_AND_LATE = scale(("merchants_merchant",), ("merchants_merchant", "orders_order"))


@dataclass
class Home:
    """Where a demo lives: its folder, and its database's address where it is not a file of that folder."""

    var: Path
    url: str

    def start(self, *arguments: str, **environment: str) -> Demo:
        return demos.start(self.var, environment | ({"DATABASE_URL": self.url} if self.url else {}), *arguments)

    def read(self, statement: str) -> list[str]:
        """The first column, read without Django, whose settings here are those of tests; empty while there is no table."""
        try:
            if self.url:
                with psycopg.connect(self.url) as outside:
                    return [row[0] for row in outside.execute(statement)]
            with sqlite3.connect(self.var / "kameng.sqlite3") as inside:
                return [row[0] for row in inside.execute(statement)]
        except (psycopg.Error, sqlite3.Error):
            return []

    def orders(self) -> list[str]:
        """The numbers of all orders."""
        return self.read("SELECT number FROM orders_order ORDER BY number")


@pytest.fixture
def home(django_db_setup: None, tmp_path: Path) -> Iterator[Home]:
    """An empty one, on the engine of this run."""
    if connection.vendor != "postgresql":
        yield Home(tmp_path, "")
        return
    name, ours = f"demo_{secrets.token_hex(4)}", str(connection.settings_dict["NAME"])
    url = servers.database_url()
    with psycopg.connect(url.replace(f"/{ours}?", "/postgres?"), autocommit=True) as outside:
        outside.execute(f'CREATE DATABASE "{name}"')
        yield Home(tmp_path, url.replace(f"/{ours}?", f"/{name}?"))
        outside.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def test_it_survives_an_impatient_newcomer_keeps_its_data_and_stops_with_everything_it_started(home: Home) -> None:
    for table in EARLY_AND_LATE:
        interrupt_once_there_is_one(table, home)
    told, orders = start_and_stop(home, signal.SIGTERM)
    assert len(orders) >= ORDERS
    assert any(f"{ORDERS // 5} of {ORDERS}" in line for line in told), told
    assert start_and_stop(home, signal.SIGINT, HOST="0.0.0.0")[1] == orders


def test_a_taken_port_gets_a_clear_message(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        demo = Home(tmp_path, "").start(PORT=str(port))
        assert demo.process.wait() == 1
        demo.stop()
    (said,) = demo.lines
    assert f"CommandError: Port {port} on 127.0.0.1 cannot be used" in said
    assert "PORT=8001 make demo" in said


def interrupt_once_there_is_one(table: str, home: Home) -> None:
    demo = home.start()
    try:
        # A start after an interrupted one first throws away what there is.
        until(partial(demo.told, "Filling"), "the shop is being filled")
        until(partial(home.read, f"SELECT id FROM {table} LIMIT 1"), f"a row in {table}")
    finally:
        code = demo.stop(signal.SIGINT)
    assert code == 130
    assert not demo.told("Traceback"), demo.lines


def start_and_stop(home: Home, number: signal.Signals, **environment: str) -> tuple[list[str], list[str]]:
    """Start it, stop it once it is ready; what it wrote, and the numbers of its orders."""
    demo = home.start(**environment)
    try:
        url = demo.ready()
        another_one_is_refused(home, demo)
        if "HOST" in environment:
            # Another machine asks by whatever name it has for this one.
            assert httpx.get(url, headers={"Host": "shop.lan:8000"}, trust_env=False).status_code == 200
            (link,) = [line.split()[3] for line in demo.lines if line.startswith("From other machines: ")]
            assert httpx.get(link, trust_env=False).status_code == 200
        everybody = family(demo.process.pid)
        assert len(everybody) > 5
        orders = home.orders()
        # As a terminal does: to the whole group, of which what it starts is no part.
        os.killpg(demo.process.pid, number)
        seconds = until(lambda: not any(map(alive, everybody)), "nobody is left", within=STOP_SECONDS)
        print(f"{len(everybody)} processes gone {seconds:.1f} s after {number.name}")
    finally:
        code = demo.stop()
    assert code == 0, demo.lines
    assert demo.told("Stopping the shop"), demo.lines
    assert demo.lines[-1].startswith("Stopped."), demo.lines
    assert not demo.told("Traceback"), demo.lines
    assert home.orders() == orders
    return demo.lines, orders


def another_one_is_refused(home: Home, running: Demo) -> None:
    """On another port, and asked to throw the data away: it says in one line where the first one runs."""
    second = home.start("--reset")
    assert second.process.wait() == 1
    second.stop()
    assert second.lines == [f"CommandError: the demo already runs at {running.ready()}/ (pid {running.process.pid})"]


def family(pid: int) -> list[int]:
    """The process and all that it started, directly or not."""
    return [pid, *(descendant for child in children(pid) for descendant in family(child))]
