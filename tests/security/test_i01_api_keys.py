"""I1: keys of the API are kept as a keyed hash, told by their beginning, for a purpose, for a while, for one merchant."""

import datetime as dt
import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kameng.audit.models import Entry
from kameng.lib import clock, crypto, ids
from shop.inventory.intake import import_batch
from shop.inventory.models import Secret
from shop.merchants.keys import LONGEST_LIFE, CannotMake, Wanted, make_key, revoke_key
from shop.merchants.members import leave
from shop.merchants.models import ApiKey, Member, Scope
from tests import factories as f
from tests.admin.people import signed_in
from tests.api.programs import Program, key_of, last_key, program
from tests.factories import NOON
from tests.security.dump import places_of

pytestmark = pytest.mark.django_db

REFUSED = {
    "code": "authentication_failed",
    "detail": "This key does not open anything here: it is unknown, revoked or expired, or none was sent.",
}


def actor() -> Any:
    from kameng.audit.record import Actor

    return Actor("user:1", "owner")


def test_no_table_has_the_key() -> None:
    made = key_of(f.merchant())
    secret = made.token[16:]
    assert Program(made.token).get("skus/").status_code == 200
    assert places_of(made.token, secret) == []
    assert "merchants_apikey.prefix" in places_of(made.key.prefix)
    assert last_key().digest == crypto.fingerprint(secret.encode(), owner=f"api-key:{made.key.prefix}")


def test_a_key_has_256_bits_and_is_recognised_by_its_beginning() -> None:
    first, second = key_of(f.merchant()), key_of(f.merchant())
    assert first.token != second.token
    assert first.token.startswith(f"km_{first.key.prefix}_")
    assert len(first.token) == len("km_") + 12 + 1 + 43
    assert str(first.key) == f"Stock robot (km_{first.key.prefix}_…)"
    assert first.token not in repr(first)


def test_a_key_opens_its_own_merchants_shop_and_no_other() -> None:
    ours, theirs = f.merchant("Ours"), f.merchant("Theirs")
    line = f.line_of(f.pay_order(f.place_order(f.by_hand(of=f.listing(seller=theirs)))))
    sku = f.sku(of=f.listing(seller=theirs))
    caller = program(ours)
    number = line.order.number
    for answer, nothing in (
        (caller.get(f"orders/{number}/"), caller.get("orders/0000000000000000/")),
        (caller.post(f"skus/{sku.pk}/units/", {"secrets": ["A"]}), caller.post("skus/999999/units/", {"secrets": ["A"]})),
        (caller.post(f"lines/{line.pk}/deliver/", {"done": 1}), caller.post("lines/999999/deliver/", {"done": 1})),
    ):
        assert (answer.status_code, nothing.status_code) == (404, 404)
        assert answer.json() == nothing.json()
        assert answer.json()["code"] == "not_found"
    assert caller.get("skus/").json()["results"] == caller.get("orders/").json()["results"] == []
    assert program(theirs).get(f"orders/{number}/").status_code == 200


def wrong_tokens() -> dict[str, str]:
    live, expired, revoked, orphan = (key_of(f.merchant(name)) for name in ("Live", "Expired", "Revoked", "Orphan"))
    ApiKey.objects.filter(pk=expired.key.pk).update(expires_at=clock.now(), created_at=NOON - dt.timedelta(days=30))
    assert revoke_key(key_id=revoked.key.pk, actor=actor(), now=clock.now())
    leave(member=Member.objects.get(merchant=orphan.key.merchant))
    last = "A" if live.token[-1] != "A" else "B"
    return {
        "none": "",
        "garbage": "garbage",
        "no key": "km_000000000000_" + 43 * "A",
        "another secret": live.token[:-1] + last,
        "too long": live.token + "A",
        "another prefix": live.token.replace(live.key.prefix, expired.key.prefix),
        "NUL": "km_\0" + live.token[4:],
        "expired": expired.token,
        "revoked": revoked.token,
        "its maker owns the shop no more": orphan.token,
    }


def test_whatever_is_wrong_with_a_key_the_answer_is_the_same() -> None:
    for why, token in wrong_tokens().items():
        answer = Program(token).get("skus/")
        assert answer.status_code == 401, why
        assert answer.json() == REFUSED, why
        assert answer["WWW-Authenticate"] == 'Bearer realm="kameng"', why


def test_only_a_bearer_is_listened_to() -> None:
    token = key_of(f.merchant()).token
    for header in (f"Token {token}", f"Basic {token}", token, f"Bearer{token}"):
        assert Client(headers={"Authorization": header}).get("/api/v1/skus/").status_code == 401, header
    assert Client(headers={"Authorization": f"bearer {token}"}).get("/api/v1/skus/").status_code == 200
    assert Client().get("/api/v1/skus/", {"key": token, "access_token": token}).status_code == 401


def test_a_session_of_the_owner_opens_nothing() -> None:
    key_of(f.merchant())
    browser = signed_in(Member.objects.get().user)
    assert browser.get("/api/v1/skus/").status_code == 401
    assert browser.post("/api/v1/skus/1/units/", {}).status_code == 401


def test_a_key_may_what_it_was_made_for() -> None:
    seller = f.merchant()
    sku = f.sku(of=f.listing(seller=seller))
    line = f.line_of(f.pay_order(f.place_order(f.by_hand(of=f.listing(seller=seller)))))
    calls: dict[Scope, Callable[[Program], Any]] = {
        Scope.STOCK_READ: lambda caller: caller.get("skus/"),
        Scope.STOCK_WRITE: lambda caller: caller.post(f"skus/{sku.pk}/units/", {"secrets": ["KEY-1"]}),
        Scope.ORDERS_READ: lambda caller: caller.get(f"orders/{line.order.number}/"),
        Scope.ORDERS_WRITE: lambda caller: caller.post(f"lines/{line.pk}/deliver/", {"secrets": ["KEY-2"]}),
    }
    for needed, call in calls.items():
        others = [scope for scope in Scope if scope != needed]
        answer = call(program(seller, *others))
        assert answer.status_code == 403
        assert answer.json() == {
            "code": "scope_missing",
            "detail": f"This key was not made for this: it needs {needed.value}.",
        }
        assert call(program(seller, needed)).status_code in (200, 201, 409)
    # Reading the list of orders needs the same as reading one.
    assert program(seller, Scope.STOCK_READ).get("orders/").status_code == 403


def test_a_key_ends_by_itself_within_a_year() -> None:
    seller = f.merchant()
    with clock.at(NOON):
        made = key_of(seller, days=30)
    assert made.key.expires_at == NOON + dt.timedelta(days=30)
    with clock.at(NOON + dt.timedelta(days=30) - dt.timedelta(seconds=1)):
        assert Program(made.token).get("skus/").status_code == 200
    with clock.at(NOON + dt.timedelta(days=30)):
        assert Program(made.token).get("skus/").status_code == 401
    owner = Member.objects.get().user
    for life in (LONGEST_LIFE + dt.timedelta(days=1), dt.timedelta(0)):
        with pytest.raises(CannotMake):
            make_key(merchant=seller, wanted=Wanted("x", ["stock:read"], life), user=owner, actor=actor(), now=NOON)
    with pytest.raises(CannotMake):
        make_key(merchant=seller, wanted=Wanted("x", ["everything"], LONGEST_LIFE), user=owner, actor=actor(), now=NOON)


def test_making_and_revoking_stand_in_the_audit_log() -> None:
    made = key_of(f.merchant(), "stock:read", "orders:read")
    assert revoke_key(key_id=made.key.pk, actor=actor(), now=clock.now())
    assert not revoke_key(key_id=made.key.pk, actor=actor(), now=clock.now())
    told = Entry.objects.order_by("sequence").values_list("act", "subject", "reason")
    subject = f"api-key:{made.key.prefix}"
    assert list(told) == [("API key made", subject, "stock:read orders:read"), ("API key revoked", subject, "")]


def test_the_last_use_is_written_once_an_hour() -> None:
    made = key_of(f.merchant())
    caller = Program(made.token)
    for minutes, seen in ((0, 0), (59, 0), (60, 60), (61, 60)):
        with clock.at(NOON + dt.timedelta(minutes=minutes)):
            assert caller.get("skus/").status_code == 200
        assert last_key().last_used_at == NOON + dt.timedelta(minutes=seen)


def test_a_key_is_used_so_often_a_minute_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    from kameng.lib.limits import Rate
    from shop.merchants import api

    monkeypatch.setattr(api, "API_CALLS", Rate("api-key", 3, dt.timedelta(minutes=1)))
    caller, other = program(f.merchant("Ours")), program(f.merchant("Theirs"))
    with clock.at(NOON):
        assert [caller.get("skus/").status_code for _n in range(5)] == [200, 200, 200, 429, 429]
        answer = caller.get("skus/")
        assert answer["Retry-After"] == "60"
        assert answer.json() == {"code": "throttled", "detail": "Too many requests. Please wait 60 seconds."}
        assert other.get("skus/").status_code == 200


def test_an_address_guesses_so_often_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    from kameng.lib.limits import Rate
    from shop.merchants import api

    monkeypatch.setattr(api, "API_REFUSED", Rate("api-refused", 3, dt.timedelta(minutes=1)))
    wrong, right = Program("km_000000000000_" + 43 * "A"), program(f.merchant())
    assert [wrong.get("skus/").status_code for _n in range(4)] == [401, 401, 401, 429]
    assert 1 <= int(wrong.get("skus/")["Retry-After"]) <= 60
    assert right.get("skus/").status_code == 200, "who has a key is not locked out by others behind the same address"
    elsewhere = Client(REMOTE_ADDR="203.0.113.9").get("/api/v1/skus/")
    assert elsewhere.status_code == 401


def test_answers_are_json_for_programs_alone() -> None:
    seller = f.merchant()
    made = key_of(seller)
    with CaptureQueriesContext(connection) as queries:
        answer = Program(made.token).get("skus/")
    assert answer["Content-Type"] == "application/json"
    assert answer["Cache-Control"] == "no-store"
    assert "Access-Control-Allow-Origin" not in answer
    assert answer.cookies == {}
    assert not [query for query in queries if "session" in query["sql"]]
    for path in ("nothing/", "skus", "skus/x/units/", "orders/%00/", "%F0%9F%8C%8D/", ""):
        missing = Program(made.token).get(path)
        assert (missing.status_code, missing["Content-Type"], missing.json()["code"]) == (
            404,
            "application/json",
            "not_found",
        ), path
        assert missing["Cache-Control"] == "no-store"
        assert Program().get(path).status_code == 401
    assert Program(made.token).post("orders/", {}).json()["code"] == "method_not_allowed"
    plain = Client(headers={"Authorization": f"Bearer {made.token}", "Accept": "text/html"}).get("/api/v1/skus/")
    assert (plain.status_code, plain["Content-Type"]) == (406, "application/json")


def test_errors_speak_the_language_asked_for() -> None:
    parcel = f.line_of(f.pay_order(f.place_order(f.card_to_ship())))
    f.verify_all()
    token = key_of(parcel.merchant).token
    chinese, english = (
        Program(token, language=each).post(f"lines/{parcel.pk}/deliver/", {"done": 1}) for each in ("zh-CN", "en")
    )
    assert chinese.json() == {"code": "wrong_goods", "detail": "这一件要走快递。"}
    assert english.json() == {"code": "wrong_goods", "detail": "This line is sent by courier."}


def test_no_key_and_no_secret_is_logged(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    made = key_of(f.merchant())
    sku = f.sku(of=f.listing(seller=made.key.merchant))
    caller = Program(made.token)
    caller.client.raise_request_exception = False

    def fail(**_told: object) -> None:
        raise RuntimeError("broken")

    with caplog.at_level(logging.DEBUG):
        caller.get("skus/", key=made.token)
        Program(made.token[:-1]).get("orders/")
        caller.get(f"orders/{made.token}/")
        monkeypatch.setattr("shop.inventory.api.import_once", fail)
        answer = caller.post(f"skus/{sku.pk}/units/", {"secrets": ["CANARY-7F3"]})
    assert answer.status_code == 500
    assert answer.json()["code"] == "server_error"
    assert "broken" in caplog.text
    assert f"/orders/km_{made.key.prefix}_…" in caplog.text
    assert made.token[:-1] not in caplog.text
    assert made.token[16:] not in caplog.text
    assert "CANARY" not in caplog.text


def test_the_report_of_a_failure_has_neither(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DEBUG = True
    made = key_of(f.merchant())
    sku = f.sku(of=f.listing(seller=made.key.merchant))
    caller = Program(made.token)
    caller.client.raise_request_exception = False

    def fail(*_told: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("shop.inventory.by_program.take_in_all", fail)
    # The report quotes the lines of this file, too.
    secret = ids.reference()
    answer = caller.post(f"skus/{sku.pk}/units/", {"secrets": [secret]})
    report = answer.content.decode()
    assert answer.status_code == 500
    assert "import_once" in report
    assert secret not in report
    assert made.token[16:] not in report


def test_a_merchant_has_so_many_keys_at_once() -> None:
    seller = f.merchant()
    made = [key_of(seller) for _n in range(20)]
    with pytest.raises(CannotMake, match="at most 20 keys"):
        key_of(seller)
    revoke_key(key_id=made[0].key.pk, actor=actor(), now=clock.now())
    assert key_of(seller).key.pk


def test_what_the_admin_imported_is_known_to_the_api() -> None:
    sku = f.sku()
    import_batch(sku=sku, secrets=["SAME"], source="file", user=None, now=clock.now())
    answer = program(sku.listing.merchant).post(f"skus/{sku.pk}/units/", {"secrets": ["SAME"]})
    assert (answer.json()["new"], answer.json()["duplicate"]) == (0, 1)
    assert Secret.objects.count() == 1
