"""Identifiers that are shown, typed or carried: all from `secrets`, none guessable."""

import secrets

from kameng.lib import crypto

# Crockford's base32 leaves out I, L, O and U, so that a number read aloud or copied by hand stays right.
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
NUMBER_LENGTH = 16
_MISREAD = str.maketrans({"I": "1", "L": "1", "O": "0", "-": None, " ": None})


def order_number() -> str:
    """Sixteen Crockford characters (80 random bits), stored without separators."""
    return "".join(secrets.choice(CROCKFORD) for _ in range(NUMBER_LENGTH))


def shown(number: str) -> str:
    """The number in groups of four: ABCD-EFGH-JKMN-PQRS."""
    return "-".join(number[i : i + 4] for i in range(0, len(number), 4))


def short(reference: str) -> str:
    """The beginning of a reference, as people read it to each other: 29B0-8CC4-B941."""
    return shown(reference[:12].upper())


def typed(text: str) -> str:
    """What a person typed, as stored: upper case, separators dropped, I and L read as 1, O as 0."""
    return text.upper().translate(_MISREAD)


def capability() -> str:
    """A token of 192 random bits for a link that grants access by itself."""
    return secrets.token_urlsafe(24)


def reference() -> str:
    """A number of 128 random bits in hex, for rows that other systems name (payments, refunds, secrets)."""
    return secrets.token_hex(16)


def contact_key(address: str) -> str:
    """A short stable name for a contact, so that holders and limits do not carry the address itself.

    Keyed: whoever reads a name and guesses an address cannot try the guess.
    """
    return crypto.fingerprint(address.strip().lower().encode(), owner="contact")[:32]
