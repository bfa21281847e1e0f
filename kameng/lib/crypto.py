"""Sealing of secrets: AES-256-GCM with a key id in every value, and a keyed fingerprint to find duplicates.

Keys come from settings (never the database, never SECRET_KEY). The associated data binds a sealed value to its table, its
merchant and its reference, so that a value copied to another row does not open (ASVS 11.3.2).
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.views.decorators.debug import sensitive_variables

NONCE_BYTES = 12


class CannotOpen(Exception):
    """The value was not sealed for this place, its key is gone, or it was changed."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sealed value lives; part of what is authenticated."""

    table: str
    owner: str
    ref: str

    def associated(self) -> bytes:
        """Length-prefixed, so that no two places read the same."""
        return b"".join(len(part.encode()).to_bytes(4, "big") + part.encode() for part in (self.table, self.owner, self.ref))


class KeyRing:
    """Keys by id; the first one seals, all of them open."""

    def __init__(self, spec: str) -> None:
        self._keys = _parse(spec)
        self.current = next(iter(self._keys))

    @sensitive_variables()
    def seal(self, plain: bytes, place: Place) -> str:
        """The text `key id : base64(nonce + ciphertext)`."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = nonce + self._keys[self.current].encrypt(nonce, plain, place.associated())
        return f"{self.current}:{base64.b64encode(sealed).decode()}"

    @sensitive_variables()
    def open(self, sealed: str, place: Place) -> bytes:
        """The plain bytes; raises CannotOpen."""
        key_id, _, body = sealed.partition(":")
        if key_id not in self._keys:
            raise CannotOpen(f"no key {key_id!r}")
        try:
            raw = base64.b64decode(body, validate=True)
            return self._keys[key_id].decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], place.associated())
        except (InvalidTag, ValueError) as error:
            raise CannotOpen("the value was changed, or sealed for another place") from error


def key_id(sealed: str) -> str:
    """The id of the key that sealed this value."""
    return sealed.partition(":")[0]


@sensitive_variables()
def ring() -> KeyRing:
    """The installation's keys for secrets."""
    return _ring(settings.SECRETS_KEYS)


@sensitive_variables()
def fingerprint(plain: bytes, *, owner: str) -> str:
    """A keyed HMAC-SHA256 of a secret: equal for equal secrets of one owner, useless without the key."""
    key = _fingerprint_key(settings.FINGERPRINT_KEY)
    return hmac.new(key, owner.encode() + b"\0" + plain, hashlib.sha256).hexdigest()


@lru_cache(maxsize=4)
def _ring(spec: str) -> KeyRing:
    return KeyRing(spec)


@lru_cache(maxsize=4)
def _fingerprint_key(spec: str) -> bytes:
    return _bytes(spec.rpartition(":")[2])


def _parse(spec: str) -> dict[str, AESGCM]:
    keys: dict[str, AESGCM] = {}
    for part in filter(None, (p.strip() for p in spec.split(","))):
        name, _, body = part.partition(":")
        if not name or name in keys:
            raise ImproperlyConfigured("Every secrets key needs an id of its own: id:base64,id:base64")
        keys[name] = AESGCM(_bytes(body))
    if not keys:
        raise ImproperlyConfigured("KAMENG_SECRETS_KEYS holds no key.")
    return keys


def _bytes(text: str) -> bytes:
    try:
        raw = base64.urlsafe_b64decode(text.encode())
    except (binascii.Error, ValueError) as error:
        raise ImproperlyConfigured("A key is not valid base64.") from error
    if len(raw) != 32:
        raise ImproperlyConfigured("A key must be 32 bytes, in base64.")
    return raw
