"""H1: a secret is in no log, mail, task, session, cache, history or error page, whatever happens to its order."""

import base64
import datetime as dt
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.views.decorators.debug import sensitive_variables
from django_q.models import OrmQ
from django_q.signing import SignedPackage

from fulfillment.delivery.clock import refund_overdue
from fulfillment.delivery.deliver import deliver
from kameng.lib import clock
from kameng.lib.logs import OneLine
from kameng.tasks.registry import NotSettled, run_all
from shop.orders.models import OrderLine
from shop.payments.send_back import send_back, sendable
from tests import factories as f
from tests.tracking.visitors import guest_of, page, show, state, take_home

MINUTE = dt.timedelta(minutes=1)
CANARY = "CANARY-7f3a9e5c21d84b60"
pytestmark = pytest.mark.django_db(transaction=True)


class Kept(logging.Handler):
    """Every line that was logged, with its traceback, as the console would print it."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(OneLine("%(levelname)s %(name)s %(message)s"))
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture
def logged() -> Iterator[list[str]]:
    """All that the process logs, at every level."""
    root, handler = logging.getLogger(), Kept()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield handler.lines
    root.removeHandler(handler)
    root.setLevel(level)


def everything_stored() -> Iterator[tuple[str, str]]:
    """Every row of every table as text, with the name of its table."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                yield table, " ".join(_text(value) for value in row)


def _text(value: Any) -> str:
    return bytes(value).decode("latin-1") if isinstance(value, bytes | memoryview) else str(value)


def queued() -> list[str]:
    """The queue's payloads, unpacked as a worker would."""
    return [repr(SignedPackage.loads(row.payload)) for row in OrmQ.objects.all()]


def forms_of(secret: str) -> list[str]:
    """How it could be written: as it is, or in base64 at any of the three offsets."""
    found = [secret]
    for pad in range(3):
        coded = base64.b64encode(b"x" * pad + secret.encode()).decode().rstrip("=")
        found.append(coded[4:-3])
    return found


def holds(text: str) -> bool:
    return any(form in text for form in forms_of(CANARY))


def hunt(logged: list[str]) -> list[str]:
    """Where the canary was found: nowhere, if all is well."""
    places = [f"table {table}" for table, row in everything_stored() if holds(row)]
    places += [f"log: {line[:200]}" for line in logged if holds(line)]
    places += [f"mail: {message.subject}" for message in mail.outbox if holds(message.message().as_string())]
    places += ["queue" for payload in queued() if holds(payload)]
    folder = Path(settings.VAR)
    files = [path for path in folder.rglob("*") if path.is_file() and "sqlite3" not in path.name]
    return places + [str(path) for path in files if CANARY.encode() in path.read_bytes()]


def test_the_hunt_finds_a_canary_that_was_let_out(logged: list[str]) -> None:
    """A search that has never found anything proves nothing."""
    logging.getLogger("leak").warning("sold %s", CANARY)
    cache.set("leak", CANARY)
    assert {place.split()[0] for place in hunt(logged)} == {"log:", "table"}


def test_bought_delivered_and_opened(logged: list[str]) -> None:
    order = f.delivered_order(codes=[CANARY, f"{CANARY}-2"])
    alice = guest_of(order)
    page(alice, order)
    assert CANARY in show(alice, order).content.decode()
    assert CANARY in take_home(alice, order).content.decode()
    state(alice, order)
    page(alice, order)
    run_all(only=["mail", "measure"])
    assert mail.outbox
    assert hunt(logged) == []


def test_refunded_at_the_deadline(logged: list[str]) -> None:
    order = f.pay_order(f.place_order(f.sku(units=[CANARY])))
    f.verify_all()
    late = clock.now() + 60 * MINUTE
    refund_overdue(line_id=f.line_of(order).pk, now=late)
    for pk in sendable(late):
        send_back(refund_id=pk, now=late)
    run_all(now=late, only=["mail"])
    page(guest_of(order), order)
    assert hunt(logged) == []


def test_delivery_breaks_in_the_middle(logged: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """An exception inside deliver(), with the units in its frames."""

    def breaks(line: OrderLine, *_args: Any, **_named: Any) -> None:
        units = [unit.secret.sealed for unit in line.reservation.units.select_related("secret")]  # type: ignore[union-attr]
        raise RuntimeError(f"{len(units)} units at hand")

    f.pay_order(f.place_order(f.sku(units=[CANARY])))
    f.verify_all()
    monkeypatch.setattr("fulfillment.delivery.deliver.tell_delivered", breaks)
    with pytest.raises(NotSettled):
        run_all(only=["deliver"])
    with pytest.raises(RuntimeError):
        deliver(line_id=OrderLine.objects.get().pk, now=clock.now() + MINUTE)
    assert any("units at hand" in line for line in logged)
    assert hunt(logged) == []


@pytest.mark.parametrize("where", ["fulfillment.tracking.views.page", "fulfillment.tracking.views.render"])
@pytest.mark.parametrize("debug", [False, True])
def test_the_page_breaks_with_the_open_secret_at_hand(
    logged: list[str], monkeypatch: pytest.MonkeyPatch, settings: Any, where: str, debug: bool
) -> None:
    """500 while revealing: the answer, the log and even the debug page hold no secret."""

    @sensitive_variables()
    def breaks(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("no page today")

    order = f.delivered_order(codes=[CANARY])
    alice = guest_of(order)
    alice.raise_request_exception = False
    settings.DEBUG = debug
    monkeypatch.setattr(where, breaks)
    answer = show(alice, order)
    assert answer.status_code == 500
    assert not holds(answer.content.decode())
    assert any("no page today" in line for line in logged)
    assert hunt(logged) == []


def test_the_file_breaks_with_the_open_secret_at_hand(logged: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    @sensitive_variables()
    def breaks(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("no file today")

    order = f.delivered_order(codes=[CANARY])
    alice = guest_of(order)
    alice.raise_request_exception = False
    monkeypatch.setattr("fulfillment.tracking.views.HttpResponse", breaks)
    answer = take_home(alice, order)
    assert answer.status_code == 500
    assert not holds(answer.content.decode())
    assert hunt(logged) == []
