"""Tables as CSV that spreadsheet programs open without running anything in it (RFC 4180, with a byte order mark)."""

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal

#: A cell of text that begins with one of these is a formula to some program; the wide ones to those that fold widths.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")

Cell = str | int | Decimal


def csv_text(rows: Iterable[Sequence[Cell]]) -> str:
    """The rows as CSV: numbers as they are, text so that it stays text."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out)
    for row in rows:
        writer.writerow([plain(cell) if isinstance(cell, str) else cell for cell in row])
    return out.getvalue()


def plain(text: str) -> str:
    """The text, led by an apostrophe where it would be taken for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text
