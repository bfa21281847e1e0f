"""H2: every reveal is written down with who, from where and when; the log only grows, and its chain verifies."""

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from fulfillment.delivery.models import Reveal
from kameng.audit.models import Entry
from kameng.audit.record import GENESIS, Actor, digest, record
from kameng.lib import clock
from kameng.lib.append_only import lifted
from tests import factories as f
from tests.tracking.visitors import guest_of, show, take_home

pytestmark = pytest.mark.django_db


def broken() -> int | None:
    """The first row where the chain does not hold, by its sequence; None when all of it verifies."""
    previous = GENESIS
    for expected, entry in enumerate(Entry.objects.order_by("sequence"), start=1):
        if entry.sequence != expected or entry.previous != previous or entry.digest != digest(entry):
            return entry.sequence
        previous = entry.digest
    return None


def three_acts() -> None:
    for n in range(3):
        with transaction.atomic():
            record(act="reveal", subject=f"unit:{n}", actor=Actor("user:1", "buyer"), now=clock.now())


def test_a_reveal_names_who_what_from_where_with_what_and_when() -> None:
    order = f.delivered_order(quantity=2)
    alice = guest_of(order)
    line = f.line_of(order)
    alice.post(
        reverse("reveal", args=[order.number]),
        {"line": line.pk},
        headers={"x-forwarded-for": "203.0.113.9", "user-agent": "Browser 1"},
    )
    entries = list(Entry.objects.order_by("sequence"))
    assert {entry.subject for entry in entries} == {f"unit:{reveal.unit_id}" for reveal in Reveal.objects.all()}
    assert len(entries) == 2
    for entry in entries:
        assert (entry.act, entry.actor, entry.role) == ("reveal", order.holder, "buyer")
        assert (entry.address, entry.agent, entry.reason) == ("203.0.113.9", "Browser 1", f"line:{line.pk}")


def test_showing_again_and_taking_home_are_written_down_again() -> None:
    order = f.delivered_order()
    alice = guest_of(order)
    for press in (show, show, take_home):
        press(alice, order)
    assert Entry.objects.count() == Reveal.objects.count() == 3
    assert broken() is None


def test_nothing_is_shown_when_it_cannot_be_written_down(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(**_anything: object) -> None:
        raise DatabaseError("disk full")

    order = f.delivered_order(codes=["UNWRITTEN"])
    alice = guest_of(order)
    alice.raise_request_exception = False
    monkeypatch.setattr("fulfillment.delivery.reveal.record", fails)
    answer = show(alice, order)
    assert answer.status_code == 500
    assert b"UNWRITTEN" not in answer.content
    assert not Reveal.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_entry_can_neither_be_changed_nor_deleted() -> None:
    three_acts()
    with pytest.raises(DatabaseError), transaction.atomic():
        Entry.objects.filter(sequence=2).update(actor="nobody")
    with pytest.raises(DatabaseError), transaction.atomic():
        Entry.objects.filter(sequence=2).delete()
    assert broken() is None


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "change", [{"actor": "user:2"}, {"reason": "none"}, {"at": clock.now()}, {"address": "::1"}, {"previous": "0" * 64}]
)
def test_a_changed_entry_breaks_the_chain(change: dict[str, object]) -> None:
    three_acts()
    with lifted():
        Entry.objects.filter(sequence=2).update(**change)
    assert broken() == 2


@pytest.mark.django_db(transaction=True)
def test_a_missing_entry_breaks_the_chain() -> None:
    three_acts()
    with lifted():
        Entry.objects.filter(sequence=2).delete()
    assert broken() == 3
