"""Reading a sheet of an .xlsx workbook as text, cell by cell, and marking what the spreadsheet has already destroyed.

A workbook is a zip of XML that somebody else made: it is measured before anything of it is unpacked, read as a stream, and
its XML may name no entities (defusedxml).
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from openpyxl import load_workbook

from shop.inventory.parse import LARGEST_TEXT, MOST_LINES, SPOILED, Unreadable

MIB = 1024 * 1024
MOST_COLUMNS = 50
MOST_ENTRIES = 1_000
#: Unpacked bytes: of all, of the tables, and of each other part (styles and the like are kept as objects).
LARGEST_BOOK, LARGEST_TABLE, LARGEST_PART = 64 * MIB, 48 * MIB, 4 * MIB
#: A sheet of card keys is packed to about a tenth; a bomb to a thousandth.
MOST_PACKED = 100
#: Spreadsheets keep 15 digits of a number and put zeros for the rest.
EXACT = 10**15
_PADDED = re.compile(r"0{2,}")


@dataclass(frozen=True, slots=True, repr=False)
class Sheet:
    """A sheet as text: its rows, and what it and the others of the workbook are called."""

    rows: list[list[str]]
    name: str
    names: list[str]


@sensitive_variables()
def read_sheet(raw: bytes, *, name: str = "") -> Sheet:
    """The sheet of this name, or the first one; raises Unreadable for what is no workbook, or more than one import takes."""
    try:
        _measure(raw)
        book = load_workbook(io.BytesIO(raw), read_only=True, data_only=False, keep_links=False)
        names = [sheet.title for sheet in book.worksheets]
        chosen = next((sheet for sheet in book.worksheets if sheet.title == name or not name), None)
        if chosen is None:
            raise Unreadable(_("There is no such sheet. The file has: %(names)s.") % {"names": ", ".join(names)})
        return Sheet(_rows(chosen), chosen.title, names)
    except Unreadable:
        raise
    except Exception as error:
        # Whatever a broken or hostile workbook makes a reader of zip and XML raise.
        raise Unreadable(_("This workbook cannot be read. Please save it again as .xlsx, or as CSV in UTF-8.")) from error


def _measure(raw: bytes) -> None:
    """Look at what the zip says of itself; reading stops where an entry says that it ends."""
    with zipfile.ZipFile(io.BytesIO(raw)) as packed:
        entries = packed.infolist()
    if "xl/workbook.xml" not in {entry.filename for entry in entries}:
        raise Unreadable(_("This is a packed file, but no .xlsx workbook."))
    too_large = len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > LARGEST_BOOK
    if too_large or any(_is_bomb(entry) for entry in entries):
        raise Unreadable(_("Unpacked, this workbook is far larger than one import takes. Please save the sheet as CSV."))


def _is_bomb(entry: zipfile.ZipInfo) -> bool:
    table = entry.filename.startswith("xl/worksheets/") or entry.filename == "xl/sharedStrings.xml"
    packed = entry.file_size > MIB and entry.file_size > entry.compress_size * MOST_PACKED
    odd = entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    return packed or odd or entry.file_size > (LARGEST_TABLE if table else LARGEST_PART)


@sensitive_variables()
def _rows(sheet: Any) -> list[list[str]]:
    # What a sheet says of its own size need not be true.
    sheet.reset_dimensions()
    rows: list[list[str]] = []
    size = 0
    for number, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS), start=1):
        row = _shown(cells)
        if number > MOST_LINES:
            if row or number > 2 * MOST_LINES:
                raise Unreadable(_("These are more than 100,000 lines. Please divide them."))
            continue
        size += sum(map(len, row)) + len(row)
        if size > LARGEST_TEXT:
            raise Unreadable(_("The text is larger than 10 MiB. Please divide it."))
        rows.append(row)
    while rows and not rows[-1]:
        rows.pop()
    return rows


@sensitive_variables()
def _shown(cells: Sequence[Any]) -> list[str]:
    """The cells as text, without empty ones at the end."""
    row = ["" if cell.value is None else _text(cell) for cell in cells]
    while row and not row[-1]:
        row.pop()
    return row


@sensitive_variables()
def _text(cell: Any) -> str:
    """What was typed into the cell, as far as the spreadsheet still knows; led by SPOILED where it does not."""
    value = cell.value
    if isinstance(value, str):
        return value if cell.data_type not in ("f", "e") else SPOILED + value
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        if abs(value) < EXACT:
            width = len(cell.number_format) if _PADDED.fullmatch(cell.number_format) else 0
            return str(value).zfill(width)
        return f"{SPOILED}{float(value):.5E}"
    return f"{SPOILED}{value}"


@sensitive_variables()
def written(rows: Sequence[Sequence[str]]) -> str:
    """The rows as text that a spreadsheet would put on the clipboard: columns divided by tabs, quoted where need be."""
    out = io.StringIO()
    csv.writer(out, delimiter="\t").writerows(rows)
    return out.getvalue()


def one_column(rows: Sequence[Sequence[str]]) -> Iterator[str] | None:
    """The cells of a sheet of one column, if each is one line; else None."""
    plain = all(len(row) <= 1 and not any(end in cell for cell in row for end in "\r\n") for row in rows)
    return (row[0] if row else "" for row in rows) if plain else None
