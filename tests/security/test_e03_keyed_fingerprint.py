"""E3: duplicates are found by a keyed HMAC; nothing in the database lets a card be guessed without the key."""

import base64
import hashlib
from typing import Any

import pytest

from kameng.lib import crypto
from shop.inventory.intake import fingerprint, import_batch
from tests import factories
from tests.factories import NOON
from tests.security.dump import cells, places_of

pytestmark = pytest.mark.django_db

CARDS = ["123456789012", "987654321098", "卡密-0001"]
ALGORITHMS = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha3_256", "blake2b", "blake2s")


def plain_hashes(card: str, owner: str) -> list[str]:
    """What a thief could compute of a guess without any key."""
    found = []
    for name in ALGORITHMS:
        for text in (card, f"{owner}\0{card}", f"{owner}:{card}", f"platform\0{card}", f"{card}\n"):
            digest = hashlib.new(name, text.encode()).digest()
            found += [digest.hex(), digest.hex().upper(), base64.b64encode(digest).decode()]
    return found


def test_no_plain_hash_of_a_known_card_is_in_any_column() -> None:
    sku = factories.sku()
    import_batch(sku=sku, secrets=CARDS, source="x", user=None, now=NOON)
    needles = {needle for card in CARDS for needle in plain_hashes(card, sku.listing.merchant.owner)}
    assert [place for place, text in cells() if text in needles] == []


def test_the_search_finds_what_is_there() -> None:
    batch = import_batch(sku=factories.sku(), secrets=CARDS, source="x", user=None, now=NOON)
    assert places_of(batch.units.order_by("pk")[0].secret.fingerprint) == ["inventory_secret.fingerprint"]


def test_a_fingerprint_needs_its_own_key(settings: Any) -> None:
    with_one = fingerprint(CARDS[0])
    settings.FINGERPRINT_KEY = "f2:" + base64.urlsafe_b64encode(b"g" * 32).decode()
    assert fingerprint(CARDS[0]) != with_one
    settings.SECRETS_KEYS = "t9:" + base64.urlsafe_b64encode(b"z" * 32).decode()
    with_other = fingerprint(CARDS[0])
    settings.SECRETS_KEYS = "t1:" + base64.urlsafe_b64encode(b"t" * 32).decode()
    assert fingerprint(CARDS[0]) == with_other
    assert settings.FINGERPRINT_KEY not in (settings.SECRETS_KEYS, settings.SECRET_KEY)


def test_owner_and_card_cannot_be_shifted_into_one_another() -> None:
    assert crypto.fingerprint(b"1card", owner="merchant:") != crypto.fingerprint(b"card", owner="merchant:1")
