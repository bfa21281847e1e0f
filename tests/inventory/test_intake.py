"""Taking secrets into stock: sealed, each once a shop, all or nothing."""

import datetime as dt

import pytest
from django.db import transaction

from kameng.lib import crypto
from kameng.notices.models import Alarm
from shop.inventory import intake, parse
from shop.inventory.intake import import_batch, preview
from shop.inventory.models import Batch, Movement, Secret, StockUnit, UnitStatus
from tests import factories
from tests.factories import NOON

pytestmark = pytest.mark.django_db


def opened(batch: Batch) -> list[str]:
    rows = Secret.objects.filter(units__batch=batch).distinct().order_by("pk")
    return [crypto.ring().open(row.sealed, row.place).decode() for row in rows]


def test_what_the_preview_shows_is_what_is_stored() -> None:
    sku = factories.sku()
    text = "\ufeff1%0A2\r\na+b\r=1+1\n007\ntrailing \n卡密：甲"
    candidates = parse.lines(text)
    shown = preview(sku=sku, candidates=candidates)
    assert not Secret.objects.exists()
    batch = import_batch(sku=sku, secrets=candidates, source="paste", user=None, now=NOON)
    assert opened(batch) == shown.secrets == ["1%0A2", "a+b", "=1+1", "007", "trailing", "卡密：甲"]


def test_new_repeated_known_and_malformed_are_counted() -> None:
    sku = factories.sku()
    import_batch(sku=sku, secrets=["OLD"], source="first", user=None, now=NOON)
    told = ["NEW", "OLD", "NEW", "", "a\u200bb", "NEWER"]
    shown = preview(sku=sku, candidates=told)
    assert (shown.secrets, shown.repeated, shown.known, [bad.line for bad in shown.bad]) == (["NEW", "NEWER"], 1, 1, [5])
    assert [(bad.line, bad.problem) for bad in shown.skipped] == [
        (2, parse.Problem.KNOWN),
        (3, parse.Problem.REPEATED),
        (5, parse.Problem.INVISIBLE),
    ]
    batch = import_batch(sku=sku, secrets=told, source="second", user=None, now=NOON)
    assert (batch.new, batch.repeated, batch.known, batch.malformed) == (2, 1, 1, 1)


def test_the_same_file_again_is_nothing_new_even_for_another_sku_of_the_shop() -> None:
    seller = factories.merchant()
    first, second = (factories.sku(of=factories.listing(title, seller=seller)) for title in ("One", "Two"))
    import_batch(sku=first, secrets=["A", "B"], source="x", user=None, now=NOON)
    batch = import_batch(sku=second, secrets=["A", "B"], source="x", user=None, now=NOON)
    assert (batch.new, batch.known, batch.units.count()) == (0, 2, 0)


def test_every_unit_begins_with_a_movement_by_whom_and_when() -> None:
    person = factories.member("Merchant")
    batch = import_batch(sku=factories.sku(), secrets=["A", "B"], source="x", user=person, now=NOON)
    rows = Movement.objects.filter(unit__batch=batch).values_list("from_status", "to_status", "actor", "at")
    assert list(rows) == [("", UnitStatus.AVAILABLE, person.holder, NOON)] * 2


def test_every_secret_is_used_once_before_any_is_used_twice() -> None:
    sku = factories.sku(uses=3, max_quantity=1)
    batch = import_batch(sku=sku, secrets=["A", "B"], source="x", user=None, now=NOON)
    secrets = list(batch.units.order_by("position").values_list("secret", flat=True))
    assert len(secrets) == 6
    assert secrets[:2] == secrets[2:4] == secrets[4:]
    assert secrets[0] != secrets[1]


def test_uses_are_spread_over_chunks_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "CHUNK", 2)
    monkeypatch.setattr(intake, "LOOKUP", 2)
    sku = factories.sku(uses=2, max_quantity=1)
    batch = import_batch(sku=sku, secrets=list("ABCDE"), source="x", user=None, now=NOON)
    secrets = list(batch.units.order_by("position").values_list("secret", flat=True))
    assert secrets[:5] == secrets[5:] == sorted(secrets[:5])


def test_what_came_first_is_sold_first() -> None:
    sku = factories.sku()
    batches = [import_batch(sku=sku, secrets=[name], source=name, user=None, now=NOON) for name in ("old", "new")]
    assert [unit.batch for unit in StockUnit.objects.filter(sku=sku).order_by("position")] == batches


def test_a_secret_of_another_merchant_is_taken_in_and_the_platform_alone_is_told() -> None:
    theirs = factories.sku(of=factories.listing(seller=factories.merchant("Theirs")))
    ours = factories.sku(of=factories.listing(seller=factories.merchant("Ours")))
    import_batch(sku=theirs, secrets=["SHARED", "other"], source="x", user=None, now=NOON)
    assert not Alarm.objects.exists()
    shown = preview(sku=ours, candidates=["SHARED"])
    batch = import_batch(sku=ours, secrets=["SHARED"], source="x", user=None, now=NOON)
    assert (shown.known, batch.known, batch.new) == (0, 0, 1)
    alarm = Alarm.objects.get()
    assert alarm.kind == "secret-elsewhere"
    assert "Theirs" in alarm.text
    assert "SHARED" not in alarm.text


def test_too_much_at_once_is_refused() -> None:
    sku = factories.sku(uses=1001, max_quantity=1)
    with pytest.raises(intake.TooMuch):
        import_batch(sku=sku, secrets=[f"S{n}" for n in range(100)], source="x", user=None, now=NOON)
    assert not Batch.objects.exclude(source="factory").exists()


def test_an_import_that_fails_in_the_middle_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr(intake, "insert_from", fail)
    with pytest.raises(RuntimeError):
        import_batch(sku=factories.sku(), secrets=["A"], source="x", user=None, now=NOON)
    assert not Batch.objects.exclude(source="factory").exists()
    assert not Secret.objects.exists()


def test_no_crypto_runs_while_a_lock_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    depth = len(transaction.get_connection().savepoint_ids)
    seen: list[bool] = []
    seal = crypto.KeyRing.seal

    def watched(self: crypto.KeyRing, plain: bytes, place: crypto.Place) -> str:
        seen.append(len(transaction.get_connection().savepoint_ids) == depth)
        return seal(self, plain, place)

    monkeypatch.setattr(crypto.KeyRing, "seal", watched)
    import_batch(sku=factories.sku(), secrets=["A", "B"], source="x", user=None, now=NOON)
    assert seen == [True, True]


def test_plain_text_is_in_no_representation() -> None:
    shown = preview(sku=factories.sku(), candidates=["CANARY"])
    assert "CANARY" not in repr(shown)
    assert "CANARY" not in repr(parse.sort(["CANARY"]))


def test_time_is_what_the_caller_says() -> None:
    later = NOON + dt.timedelta(days=3)
    assert import_batch(sku=factories.sku(), secrets=["A"], source="x" * 500, user=None, now=later).created_at == later
