"""A file that a merchant chose, as text: what it holds decides what it is, and not what it is called."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_variables

from shop.inventory import parse, tables, workbook

_ZIP = b"PK\x03\x04"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: How files begin that are text, but neither a table nor a list.
_OTHERS = {
    "<?php": "PHP",
    "<!doctype": "HTML",
    "<html": "HTML",
    "<script": "HTML",
    "<?xml": "XML",
    "<svg": "SVG",
    "%pdf-": "PDF",
    "{\\rtf": "RTF",
    "#!": gettext_lazy("a program"),
}


@dataclass(frozen=True, slots=True, repr=False)
class Read:
    """A file's text, how it is divided, and for a workbook the sheet it came from and all there are."""

    text: str
    divider: str
    sheet: str = ""
    sheets: list[str] = field(default_factory=list)


@sensitive_variables()
def read(raw: bytes, *, name: str, sheet: str = "") -> Read:
    """The file as text; its name only helps to guess how it is divided. Raises parse.Unreadable."""
    if len(raw) > parse.LARGEST_TEXT:
        raise parse.Unreadable(_("The file is larger than 10 MiB. Please divide it."))
    if raw.startswith(_ZIP):
        return _workbook(raw, sheet)
    if raw.startswith(_OLD_OFFICE):
        raise parse.Unreadable(_("This is an old .xls file, or one with a password. Please save it as .xlsx without one."))
    text = parse.decode(raw)
    _refuse_others(text)
    return Read(text, tables.divider_of(text, table=name.lower().endswith((".csv", ".tsv"))))


@sensitive_variables()
def _workbook(raw: bytes, name: str) -> Read:
    sheet = workbook.read_sheet(raw, name=name)
    lines = workbook.one_column(sheet.rows)
    if lines is not None:
        return Read("\n".join(lines), tables.LINES, sheet.name, sheet.names)
    return Read(workbook.written(sheet.rows), "tab", sheet.name, sheet.names)


@sensitive_variables()
def _refuse_others(text: str) -> None:
    begin = text[:200].lstrip("\ufeff \t\r\n").lower()
    kind = next((kind for start, kind in _OTHERS.items() if begin.startswith(start)), None)
    if kind:
        raise parse.Unreadable(_("This file is %(kind)s, not a list or table of secrets.") % {"kind": kind})
