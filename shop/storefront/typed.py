"""Numbers that come from outside in an address or a form."""

import unicodedata

# Longer than any key or quantity there can be, shorter than what a database column refuses.
DIGITS = 15


def whole(text: str | None) -> int | None:
    """A whole number written in plain or full-width digits; None for anything else."""
    # Nobody types so much around a number, and normalising it would take its time.
    digits = unicodedata.normalize("NFKC", (text or "")[: 4 * DIGITS]).strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= DIGITS else None


def name(text: str | None) -> str:
    """A name such as a slug, as it was sent; without NUL, which no row has and PostgreSQL refuses to compare."""
    return (text or "").replace("\0", "")
