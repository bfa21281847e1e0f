"""D3: a forged callback is refused with the gateway's own failure answer, and changes no row but the capped log."""

import json
import logging
from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from kameng.lib import crypto
from kameng.notices.models import Alarm
from shop.payments.gateways.registry import NotUsable, open_gateway, seal_settings
from shop.payments.gateways.sandbox.gateway import SandboxGateway
from shop.payments.models import GatewayAccount, RefusedNotice
from tests.factories import gateway_account
from tests.payments.world import Word, send, started, word

pytestmark = pytest.mark.django_db

LOGS = {RefusedNotice, Alarm}


def counts() -> dict[str, object]:
    """Every row of the shop's own tables, so that one change is seen."""
    own = [model for model in apps.get_models() if model.__module__.startswith(("shop.", "kameng.", "fulfillment."))]
    return {model._meta.label: list(model._default_manager.order_by("pk").values()) for model in own if model not in LOGS}


def changed(said: Word, **fields: str) -> str:
    """The signed notice with fields changed afterwards."""
    return urlencode(said.fields | fields)


def by_another_key(said: Word) -> str:
    stranger = SandboxGateway(pid=said.fields["pid"], key="a stranger's key of enough letters")
    return changed(said, sign=stranger.sign(said.fields))


def without_the_amount(said: Word) -> str:
    """A signature over other fields: the amount is left out of what was signed."""
    gateway = open_gateway(said.account)
    assert isinstance(gateway, SandboxGateway)
    partial = {name: value for name, value in said.fields.items() if name != "amount"}
    return changed(said, sign=gateway.sign(partial))


FORGED: dict[str, Callable[[Word], str]] = {
    "unsigned": lambda said: urlencode({name: value for name, value in said.fields.items() if name != "sign"}),
    "empty signature": lambda said: changed(said, sign=""),
    "zeros for a signature": lambda said: changed(said, sign="0" * 64),
    "signature in capitals": lambda said: changed(said, sign=said.fields["sign"].upper()),
    "signature of strange letters": lambda said: changed(said, sign="é" * 64),
    "wrong key": by_another_key,
    "sign_type changed": lambda said: changed(said, sign_type="MD5"),
    "sign_type none": lambda said: changed(said, sign_type="none"),
    "sign_type gone": lambda said: urlencode({name: value for name, value in said.fields.items() if name != "sign_type"}),
    "signature over other fields": without_the_amount,
    "amount changed": lambda said: changed(said, amount="0.01"),
    "number changed": lambda said: changed(said, number="0" * 32),
    "state changed": lambda said: changed(said, state="closed"),
    "event changed": lambda said: changed(said, event="another"),
    "field added": lambda said: said.body + "&gift=1",
    "field added by the signed text": lambda said: said.body.replace("&currency=CNY", "%26currency%3DCNY"),
    "field repeated": lambda said: said.body + "&amount=98.00",
    "field as a list": lambda said: said.body.replace("amount=", "amount[]="),
    "another account's pid": lambda said: said.signed(pid="pid-of-somebody").body,
    "amount with an exponent": lambda said: said.signed(amount="98e2").body,
    "amount below zero": lambda said: said.signed(amount="-98.00").body,
    "amount of too many decimals": lambda said: said.signed(amount="98.001").body,
    "a state that does not exist": lambda said: said.signed(state="success").body,
    "a value too long": lambda said: said.signed(event="e" * 65).body,
    "nothing": lambda said: "",
    "no form": lambda said: "<xml><amount>98.00</amount></xml>",
}


@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED.keys())
def test_a_forged_notice_is_refused(forge: Callable[[Word], str], caplog: pytest.LogCaptureFixture) -> None:
    said = word(started())
    before = counts()
    with caplog.at_level(logging.WARNING, "kameng.security"):
        answer = send(forge(said), said.account)
    assert (answer.status_code, answer.content) == (400, b"fail")
    assert counts() == before
    assert (RefusedNotice.objects.count(), Alarm.objects.get().times) == (1, 1)
    assert [record.name for record in caplog.records if record.name == "kameng.security"] == ["kameng.security"]


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        pytest.param(lambda said: json.dumps(said.fields), "application/json", id="JSON"),
        pytest.param(lambda said: json.dumps(said.fields), "application/x-www-form-urlencoded", id="JSON called a form"),
        pytest.param(lambda said: said.body, "application/json", id="a form called JSON"),
        pytest.param(lambda said: said.body, "text/plain", id="a form called text"),
    ],
)
def test_a_notice_in_another_form_is_refused(body: Callable[[Word], str], content_type: str) -> None:
    said = word(started())
    before = counts()
    answer = send(body(said), said.account, content_type=content_type)
    assert (answer.status_code, answer.content) == (400, b"fail")
    assert counts() == before
    assert RefusedNotice.objects.count() == 1


@pytest.mark.parametrize("key", ["", "short", None])
def test_an_account_with_an_empty_key_takes_no_notice_even_one_signed_with_that_key(key: str | None) -> None:
    """Such a row can only come from elsewhere: the shop itself does not seal it."""
    said = word(started())
    account = said.account
    config = json.dumps({"pid": said.fields["pid"]} | ({} if key is None else {"key": key}))
    account.sealed = crypto.ring().seal(config.encode(), account.place)
    account.save()
    attacker = SandboxGateway(pid=said.fields["pid"], key="x" * 16)
    attacker._key = (key or "").encode()
    before = counts()
    answer = send(changed(said, sign=attacker.sign(said.fields)), account)
    assert (answer.status_code, answer.content) == (400, b"fail")
    assert counts() == before


@pytest.mark.parametrize("key", ["", "fifteen letters"])
def test_an_empty_or_short_key_is_not_taken(key: str) -> None:
    account = GatewayAccount(gateway="sandbox", name="new", currency="CNY")
    with pytest.raises(ImproperlyConfigured):
        seal_settings(account, {"pid": "p", "key": key})
    assert account.sealed == ""


def test_checks_name_an_enabled_account_that_cannot_be_used() -> None:
    gateway_account()
    call_command("check", databases=["default"])
    GatewayAccount.objects.create(gateway="sandbox", name="no key", currency="CNY")
    with pytest.raises(SystemCheckError, match=r"payments\.E001.*no key"):
        call_command("check", databases=["default"])
    GatewayAccount.objects.filter(name="no key").update(enabled=False)
    call_command("check", databases=["default"])


def test_settings_copied_from_another_account_do_not_open() -> None:
    honest, thief = gateway_account(), gateway_account("thief")
    GatewayAccount.objects.filter(pk=thief.pk).update(sealed=honest.sealed)
    thief.refresh_from_db()
    with pytest.raises(NotUsable):
        open_gateway(thief)


def test_the_sandbox_takes_no_notice_in_a_shop_that_is_no_demo(settings: object) -> None:
    said = word(started())
    settings.SANDBOX = False  # type: ignore[attr-defined]
    before = counts()
    answer = send(said)
    assert (answer.status_code, answer.content) == (400, b"fail")
    assert counts() == before
