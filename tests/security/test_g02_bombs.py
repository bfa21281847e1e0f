"""G2: a workbook that unpacks to a gibibyte, or whose XML names entities, is refused at once and without the memory for it."""

import io
import random
import resource
import struct
import subprocess
import sys
import time
import zipfile
import zlib

import pytest

from shop.inventory import files, parse, workbook
from tests.inventory.books import xlsx

GIB = 1024**3
SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"


def changed(part: str, content: bytes) -> bytes:
    """A sound workbook in which one part is another."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(xlsx({"A": [["卡密"], ["A-1"]]}))) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.infolist():
            new.writestr(entry.filename, content if entry.filename == part else _listed(old.read(entry), part))
        if part == STRINGS:
            new.writestr(STRINGS, content)
    return out.getvalue()


def _listed(content: bytes, part: str) -> bytes:
    """The list of all parts with the table of strings in it, which only other programs write."""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    if part != STRINGS:
        return content
    return content.replace(b"</Types>", f'<Override PartName="/{STRINGS}" ContentType="{kind}"/></Types>'.encode())


def with_size(raw: bytes, part: str, size: int) -> bytes:
    """The same zip, saying of one part that it unpacks to so many bytes."""
    book = bytearray(raw)
    at = book.rindex(b"PK\x01\x02", 0, book.rindex(part.encode()))
    struct.pack_into("<L", book, at + 24, size)
    return bytes(book)


def of_zeros(size: int) -> bytes:
    """A workbook whose sheet unpacks to so many zeros, made without ever holding them."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = b"\0" * 16 * 1024 * 1024
    # After a full flush the next block is packed to the same bytes again.
    packed = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    packed = packed * (size // len(block)) + packer.flush()
    raw = changed(SHEET, b"\0" * 2048)
    with zipfile.ZipFile(io.BytesIO(raw)) as book:
        entry = book.getinfo(SHEET)
    name = len(SHEET)
    start = entry.header_offset + 30 + name
    swapped = bytearray(raw[:start] + packed + raw[start + entry.compress_size :])
    struct.pack_into("<LL", swapped, entry.header_offset + 18, len(packed), size)
    central = swapped.rindex(b"PK\x01\x02", 0, swapped.rindex(SHEET.encode()))
    struct.pack_into("<LL", swapped, central + 20, len(packed), size)
    moved = len(packed) - entry.compress_size
    _shift(swapped, after=entry.header_offset, by=moved)
    return bytes(swapped)


def _shift(book: bytearray, *, after: int, by: int) -> None:
    """Mend the zip's directory after one part has grown."""
    end = book.rindex(b"PK\x05\x06")
    (start,) = struct.unpack_from("<L", book, end + 16)
    struct.pack_into("<L", book, end + 16, start + by)
    at = start + by
    while book[at : at + 4] == b"PK\x01\x02":
        lengths = struct.unpack_from("<HHH", book, at + 28)
        (offset,) = struct.unpack_from("<L", book, at + 42)
        if offset > after:
            struct.pack_into("<L", book, at + 42, offset + by)
        at += 46 + sum(lengths)


def test_a_workbook_of_a_gibibyte_is_refused_at_once_and_in_little_memory() -> None:
    bomb = of_zeros(GIB)
    assert len(bomb) < 2 * 1024 * 1024
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    with pytest.raises(parse.Unreadable):
        files.read(bomb, name="keys.xlsx")
    assert time.process_time() - start < 2
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200 * 1024


@pytest.fixture
def unpacked(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What was given to the reader of workbooks."""
    given: list[object] = []
    monkeypatch.setattr(workbook, "load_workbook", lambda book, **_options: given.append(book))
    return given


def test_a_part_that_is_packed_like_a_bomb_is_not_unpacked_however_small(unpacked: list[object]) -> None:
    with pytest.raises(parse.Unreadable):
        files.read(of_zeros(GIB // 32), name="keys.xlsx")
    assert unpacked == []


def test_a_part_that_would_be_kept_as_objects_is_small(unpacked: list[object]) -> None:
    noise = random.Random(1).randbytes(5 * 1024 * 1024)
    with pytest.raises(parse.Unreadable):
        files.read(changed("xl/styles.xml", noise), name="keys.xlsx")
    assert unpacked == []


def test_one_that_hides_its_size_is_read_no_further_than_it_says() -> None:
    start = time.process_time()
    with pytest.raises(parse.Unreadable):
        files.read(with_size(of_zeros(GIB // 4), SHEET, 1024), name="keys.xlsx")
    assert time.process_time() - start < 2


ENTITIES = {
    "a billion laughs": b'<!DOCTYPE x [<!ENTITY a "lol">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b"]>",
    "a file of the server": b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>',
    "an address": b'<!DOCTYPE x [<!ENTITY a SYSTEM "http://127.0.0.1:9/x">]>',
}
PARTS = {
    SHEET: b"<worksheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'><sheetData>"
    b"<row r='1'><c r='A1' t='inlineStr'><is><t>&a;</t></is></c></row></sheetData></worksheet>",
    STRINGS: b"<sst xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'><si><t>&a;</t></si></sst>",
    "xl/workbook.xml": b"<workbook xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'>&a;</workbook>",
}


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("bomb", ENTITIES)
def test_xml_that_names_entities_is_refused(bomb: str, part: str) -> None:
    with pytest.raises(parse.Unreadable):
        files.read(changed(part, ENTITIES[bomb] + PARTS[part]), name="keys.xlsx")


@pytest.mark.parametrize("part", [SHEET, STRINGS])
def test_the_same_xml_without_entities_is_read(part: str) -> None:
    assert files.read(changed(part, PARTS[part].replace(b"&a;", b"A-1")), name="keys.xlsx").sheets == ["A"]


def test_a_row_far_away_is_not_walked_to() -> None:
    far = PARTS[SHEET].replace(b"&a;", b"x").replace(b"r='1'", b"r='1999999999'").replace(b"r='A1'", b"r='XFD1999999999'")
    start = time.process_time()
    with pytest.raises(parse.Unreadable):
        files.read(changed(SHEET, far), name="keys.xlsx")
    assert time.process_time() - start < 2


def test_the_guard_against_entities_is_installed() -> None:
    told = subprocess.run(
        [sys.executable, "-c", "import openpyxl; print(openpyxl.DEFUSEDXML, openpyxl.LXML)"], capture_output=True, text=True
    )
    assert told.stdout.split() == ["True", "False"]
