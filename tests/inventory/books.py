"""Workbooks as merchants have them."""

import io
from typing import Any

from openpyxl import Workbook

Sheets = dict[str, Any]


def xlsx(sheets: Sheets, formats: dict[str, str] | None = None) -> bytes:
    """A workbook of these sheets; `formats` names cells of the first one that show numbers in their own way."""
    book = Workbook()
    del book[book.sheetnames[0]]
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    for cell, style in (formats or {}).items():
        book.worksheets[0][cell].number_format = style
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
