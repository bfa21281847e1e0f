"""Numbers that come from outside in an address or a form."""

import unicodedata

# Longer than any key or quantity there can be, shorter than what a database column refuses.
DIGITS = 15
#: What the column of a quantity holds.
MOST_PIECES = 2**31 - 1


def whole(text: str | None) -> int | None:
    """A whole number written in plain or full-width digits; None for anything else."""
    digits = _digits(text)
    return int(digits) if 0 < len(digits) <= DIGITS else None


def pieces(text: str | None) -> int | None:
    """A quantity as it was typed; one that no column holds is the largest there can be. None for what is no whole number."""
    digits = _digits(text)
    return min(int(digits), MOST_PIECES) if digits else None


def _digits(text: str | None) -> str:
    # Nobody types so much around a number, and normalising it would take its time.
    digits = unicodedata.normalize("NFKC", (text or "")[: 4 * DIGITS]).strip()
    return digits if digits.isascii() and digits.isdigit() else ""


def name(text: str | None) -> str:
    """A name such as a slug, as it was sent; without NUL, which no row has and PostgreSQL refuses to compare."""
    return (text or "").replace("\0", "")
