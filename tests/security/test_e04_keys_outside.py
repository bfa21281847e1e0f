"""E4: keys are outside of database and repository, and without them the shop does not start."""

import os
import re
import shutil
import subprocess
import sys

import pytest

from fulfillment.delivery.reveal import delivered_units, reveal
from kameng.audit.record import Actor
from kameng.lib import clock
from shop.inventory.intake import import_batch, preview
from tests import factories
from tests.checks import production
from tests.security.dump import places_of
from tests.security.sources import ROOT

CARDS = [f"PLAIN-{n:02d}-{n * 7919:08x}" for n in range(20)]

#: What a key looks like: ours (id:base64 of 32 bytes), and those of others that end up in repositories.
KEYS = re.compile(
    r"\b[A-Za-z]\w{0,19}:[A-Za-z0-9_+/-]{43}=(?![A-Za-z0-9=])"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----"
    r"|\bAKIA[0-9A-Z]{16}\b|\b[sr]k_live_[0-9A-Za-z]{16,}|\bgh[pousr]_[0-9A-Za-z]{36}|\bxox[abp]-[0-9A-Za-z-]{20,}"
)


@pytest.mark.django_db
def test_no_plain_text_is_in_a_dump() -> None:
    sku = factories.sku(max_quantity=20)
    preview(sku=sku, candidates=CARDS)
    import_batch(sku=sku, secrets=CARDS, source="cards.txt", user=None, now=clock.now())
    order = factories.pay_order(factories.place_order(sku, quantity=5))
    factories.deliver_all()
    line = factories.line_of(order)
    shown = reveal(
        line=line,
        unit_ids=[unit.pk for unit in delivered_units(line)],
        actor=Actor("test", "buyer"),
        now=clock.now(),
    )
    assert {each.secret for each in shown} < set(CARDS)
    assert places_of(*CARDS) == []
    assert "inventory_batch.source" in places_of("cards.txt")


@pytest.mark.once
@pytest.mark.parametrize("name", ["KAMENG_SECRETS_KEYS", "KAMENG_FINGERPRINT_KEY", "SECRET_KEY"])
def test_production_does_not_start_without_a_key(name: str) -> None:
    with production.environment() as environment:
        environment.pop(name)
        done = subprocess.run(
            [sys.executable, "manage.py", "check"], cwd=ROOT, env=environment, capture_output=True, text=True
        )
    assert done.returncode != 0
    assert f"Set {name}" in done.stderr


@pytest.mark.once
@pytest.mark.parametrize("value", ["k1:short", "nothing", "k1:" + "A" * 43 + "=,k1:" + "B" * 43 + "="])
def test_a_bad_key_does_not_seal(value: str) -> None:
    from django.core.exceptions import ImproperlyConfigured

    from kameng.lib.crypto import KeyRing

    with pytest.raises(ImproperlyConfigured):
        KeyRing(value)


@pytest.mark.once
def test_the_pattern_knows_a_key() -> None:
    made = production._key("k1")
    assert KEYS.search(f'KEYS="{made}"')
    assert KEYS.search("-----BEGIN " + "RSA PRIVATE KEY-----")
    assert _holds_a_key(made)
    assert not KEYS.search("sha256:" + "a" * 64)


@pytest.mark.once
def test_no_key_is_in_the_repository() -> None:
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("this is no clone: there is no history to look at")
    log = ["git", "log", "-p", "--no-color", "--all", "--", ".", ":!*.lock", ":!package-lock.json"]
    with subprocess.Popen(log, cwd=ROOT, stdout=subprocess.PIPE, env=os.environ | {"LC_ALL": "C.UTF-8"}) as history:
        assert history.stdout is not None
        found = [text for text in (line.decode(errors="replace") for line in history.stdout) if _holds_a_key(text)]
    assert found == []


def _holds_a_key(text: str) -> bool:
    """One byte over and over is what tests seal with; it opens nothing else."""
    return any(len(set(found.group().rpartition(":")[2])) > 8 for found in KEYS.finditer(text))
