"""POST skus/<id>/units/: secrets come into stock as through the admin, and a call that has a name is done once."""

from typing import Any

import pytest

from kameng.audit.record import Actor
from kameng.lib import clock
from shop.catalog.models import Kind, Sku
from shop.inventory.export import Part, export_batch
from shop.inventory.models import Batch, Secret, StockUnit
from shop.merchants.models import ApiCall
from tests import factories as f
from tests.admin.people import approves_export
from tests.api.programs import Program, key_of, program
from tests.security.dump import places_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def sku() -> Sku:
    return f.sku()


@pytest.fixture
def caller(sku: Sku) -> Program:
    return program(sku.listing.merchant)


def units(sku: Sku) -> str:
    return f"skus/{sku.pk}/units/"


def test_new_duplicate_and_malformed_ones_are_counted(sku: Sku, caller: Program) -> None:
    caller.post(units(sku), {"secrets": ["OLD-1"]})
    sent = ["NEW-1", " NEW-2\t", "NEW-1", "OLD-1", "A\nB", "x" * 4097]
    answer = caller.post(units(sku), {"secrets": sent})
    batch = Batch.objects.order_by("-pk")[0]
    assert answer.status_code == 201
    assert answer.json() == {
        "batch": batch.pk,
        "received": 6,
        "new": 2,
        "duplicate": 2,
        "malformed": 2,
        "problems": [
            {"number": 5, "why": "holds a character that cannot be seen"},
            {"number": 6, "why": "longer than 4096 bytes"},
        ],
    }
    assert (batch.new, batch.repeated, batch.known, batch.malformed) == (2, 1, 1, 2)
    assert batch.source == "API key Stock robot"
    assert batch.created_by is not None
    assert StockUnit.objects.filter(sku=sku, status="AVAILABLE").count() == 3


def test_what_was_sent_is_what_is_sold(sku: Sku, caller: Program) -> None:
    exact = ["1%0A2", "a+b", "=1+1", "007", "密钥-１", "two words", '"quoted", and \\']
    batch = caller.post(units(sku), {"secrets": exact}).json()["batch"]
    row, owner = Batch.objects.get(pk=batch), f.member("Olga")
    approves_export(row, owner, "all")
    given = export_batch(batch=row, part=Part.ALL, actor=Actor(owner.holder, "owner"), reason="look", now=clock.now())
    assert [one.secret for one in given] == exact
    assert places_of(*[text for text in exact if len(text) > 4]) == []


def test_the_same_call_is_done_once_and_answered_the_same(sku: Sku, caller: Program) -> None:
    body = {"secrets": ["KEY-1", "KEY-2", "KEY-1"]}
    first = caller.post(units(sku), body, call="load-1")
    second = caller.post(units(sku), body, call="load-1")
    assert first.status_code == second.status_code == 201
    assert first.content == second.content
    assert first.json()["new"] == 2
    assert Batch.objects.count() == 1
    # Another key of the shop is the same shop.
    assert program(sku.listing.merchant).post(units(sku), body, call="load-1").content == first.content


def test_the_same_name_for_another_call_is_refused(sku: Sku, caller: Program) -> None:
    caller.post(units(sku), {"secrets": ["KEY-1"]}, call="load-1")
    other = f.sku(of=sku.listing, value="100")
    for path, secrets in ((units(sku), ["KEY-2"]), (units(other), ["KEY-1"]), (units(sku), ["KEY-1", "KEY-2"])):
        answer = caller.post(path, {"secrets": secrets}, call="load-1")
        assert answer.status_code == 409
        assert answer.json()["code"] == "idempotency_key_used"
    assert Batch.objects.count() == 1


def test_another_merchant_may_use_the_same_name(sku: Sku, caller: Program) -> None:
    caller.post(units(sku), {"secrets": ["KEY-1"]}, call="load-1")
    theirs = f.sku(of=f.listing(seller=f.merchant("Theirs")))
    assert program(theirs.listing.merchant).post(units(theirs), {"secrets": ["KEY-9"]}, call="load-1").status_code == 201


def test_without_a_name_the_same_again_is_known(sku: Sku, caller: Program) -> None:
    counts = [caller.post(units(sku), {"secrets": ["KEY-1"]}).json() for _n in range(2)]
    assert [(told["new"], told["duplicate"]) for told in counts] == [(1, 0), (0, 1)]
    assert not ApiCall.objects.exists()


def test_what_is_kept_of_a_call_tells_no_secret(sku: Sku, caller: Program) -> None:
    caller.post(units(sku), {"secrets": ["123456789012"]}, call="load-1")
    kept = ApiCall.objects.get()
    assert len(kept.digest) == 64
    assert "123456789012" not in str(kept.answer)
    assert places_of("123456789012") == []


def test_a_call_that_was_done_meanwhile_is_undone_and_answered_alike(
    sku: Sku, caller: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two of them at once: the second looked before the first was done."""
    from shop.merchants import api, calls

    body = {"secrets": ["KEY-1"]}
    first = caller.post(units(sku), body, call="load-1")
    looks: list[Any] = []

    def late(call: Any) -> Any:
        looks.append(call)
        return None if len(looks) == 1 else looked(call)

    looked = calls.answered
    monkeypatch.setattr(api, "answered", late)
    second = caller.post(units(sku), body, call="load-1")
    assert second.content == first.content
    assert Batch.objects.count() == ApiCall.objects.count() == 1


def test_goods_that_have_no_secrets_in_stock_take_none() -> None:
    seller = f.merchant()
    by_hand = f.by_hand(of=f.listing(seller=seller))
    account = f.sku(of=f.listing(seller=seller), kind=Kind.ACCOUNT)
    caller = program(seller)
    assert caller.post(units(by_hand), {"secrets": ["KEY-1"]}).json()["code"] == "not_from_stock"
    refused = caller.post(units(account), {"secrets": ["KEY-1"]})
    assert (refused.status_code, refused.json()["code"]) == (409, "needs_description")
    assert not Secret.objects.exists()


def test_more_units_than_one_import_makes_are_refused() -> None:
    shared = f.sku(uses=200, max_quantity=1)
    secrets = [f"KEY-{n}" for n in range(501)]
    answer = program(shared.listing.merchant).post(units(shared), {"secrets": secrets})
    assert (answer.status_code, answer.json()["code"]) == (409, "too_much")


def test_a_thousand_at_once_and_no_more(sku: Sku, caller: Program) -> None:
    many = [f"KEY-{n}" for n in range(1001)]
    assert caller.post(units(sku), {"secrets": many}).status_code == 400
    assert caller.post(units(sku), {"secrets": many[:1000]}).json()["new"] == 1000


GARBAGE: list[Any] = [
    {},
    [],
    '"x"',
    None,
    7,
    {"secrets": "KEY-1"},
    {"secrets": []},
    {"secrets": [7]},
    {"secrets": [None]},
    {"secrets": ["KEY-1", ""]},
    {"secrets": ["KEY-1", " "]},
    {"secrets": [["KEY-1"]]},
    {"secrets": ["KEY-1"], "merchant": 1},
]


@pytest.mark.parametrize("body", GARBAGE, ids=str)
def test_a_body_that_cannot_be_meant_stores_nothing(body: Any, sku: Sku, caller: Program) -> None:
    answer = caller.post(units(sku), body)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert not Batch.objects.exists()


RAW = [b"{", b"\xff\xfe", b'{"secrets": NaN}', b"[" * 100_000, b'{"secrets": ' + b"9" * 5000 + b"}", b"\x00"]


@pytest.mark.parametrize("raw", RAW, ids=lambda raw: str(raw[:12]))
def test_a_body_that_is_no_json_is_refused(raw: bytes, sku: Sku) -> None:
    token = key_of(sku.listing.merchant).token
    client = Program(token).client
    answer = client.generic("POST", f"/api/v1/{units(sku)}", raw, content_type="application/json")
    assert (answer.status_code, answer.json()) == (
        400,
        {"code": "parse_error", "detail": "The body is no JSON that can be read."},
    )


def test_a_character_that_is_half_a_character_is_malformed_and_no_failure(sku: Sku) -> None:
    client = program(sku.listing.merchant).client
    raw = b'{"secrets": ["KEY-\\ud800", "KEY-\\u0000", "KEY-1"]}'
    headers = {"Idempotency-Key": "odd"}
    answer = client.generic("POST", f"/api/v1/{units(sku)}", raw, content_type="application/json", headers=headers)
    assert (answer.json()["new"], answer.json()["malformed"]) == (1, 2)


def test_a_body_of_another_kind_or_size_is_refused(sku: Sku) -> None:
    client = program(sku.listing.merchant).client
    path = f"/api/v1/{units(sku)}"
    form = client.post(path, {"secrets": "KEY-1"})
    assert (form.status_code, form.json()["code"]) == (415, "unsupported_media_type")
    large = client.generic("POST", path, b" " * (5 * 1024 * 1024 + 1), content_type="application/json")
    assert (large.status_code, large.json()["code"]) == (413, "too_large")


@pytest.mark.parametrize("name", [" ", "x" * 101, "é", "a b"])
def test_a_name_of_a_call_that_is_none_is_refused(name: str, sku: Sku, caller: Program) -> None:
    answer = caller.post(units(sku), {"secrets": ["KEY-1"]}, call=name)
    assert (answer.status_code, answer.json()["field"]) == (400, "Idempotency-Key")


@pytest.mark.parametrize("key", ["0", "99999999999999999999999", "-1", "x"])
def test_an_odd_id_is_a_row_that_does_not_exist(key: str, caller: Program) -> None:
    assert caller.post(f"skus/{key}/units/", {"secrets": ["KEY-1"]}).status_code == 404
