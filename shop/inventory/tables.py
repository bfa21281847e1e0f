"""A text as a table: how its columns are divided, which of them are the secrets, and which row only names them.

Guesses are shown to the merchant and can be changed; nothing here decides what is taken in.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice

from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from kameng.lib.text import folded
from shop.inventory import parse
from shop.inventory.described import BETWEEN
from shop.inventory.workbook import MOST_COLUMNS

LINES = "lines"
DIVIDERS = {"tab": "\t", "comma": ",", "semicolon": ";", "bar": "|"}
SAMPLES = 3
#: So many rows are looked at for guessing, and so many of them must have the same number of columns.
LOOKED_AT = 200
ALIKE = 0.8
HEADING_WITHIN = 10


def _words(text: str) -> frozenset[str]:
    return frozenset(word.strip() for word in text.split(","))


SECRET_WORDS = _words(
    "卡密, 卡号, 密码, 卡号密码, 卡号/密码, 激活码, 兑换码, 充值码, 序列号, 密钥, 券码, 账号, 帐号, 口令, key, keys, secret,"
    "secrets, cdk, cdkey, code, codes, gift code, pin, password, serial, card, cards, card key, card keys, cardkey,"
    "card number, account, username, login"
)
OTHER_WORDS = _words(
    "序号, 编号, 面值, 状态, 备注, 日期, 时间, 金额, 价格, 名称, 商品, 说明, 描述, no, no., number, #, id, value, amount,"
    "status, date, note, notes, price, name, description, info"
)


DESCRIPTION_WORDS = _words(
    "公开描述, 公开说明, 描述, 说明, 介绍, 商品描述, 账号描述, 账号说明, description, public description, info, about, title"
)


@dataclass(frozen=True, slots=True, repr=False)
class Table:
    """Rows of cells, of different length where the last ones are empty."""

    rows: list[list[str]]

    @property
    def width(self) -> int:
        return max(map(len, self.rows), default=0)


@dataclass(frozen=True, slots=True)
class Layout:
    """Which columns make the secret, joined by `glue`, which one is the public description, and whether a row names them."""

    secret: tuple[int, ...] = (0,)
    glue: str = " "
    heading: bool = False
    description: int | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Column:
    """A column as the merchant recognises it."""

    index: int
    name: str
    samples: list[str] = field(default_factory=list)

    @property
    def letter(self) -> str:
        first, last = divmod(self.index, 26)
        return (chr(64 + first) if first else "") + chr(65 + last)


@sensitive_variables()
def read(text: str, divider: str, *, keep_space: bool = False) -> Table:
    """The text as rows; a line a row for LINES. Raises parse.Unreadable."""
    if divider == LINES:
        return Table([[line] for line in parse.lines(text, keep_space=keep_space)])
    if len(text) > parse.LARGEST_TEXT or len(text.encode(errors="replace")) > parse.LARGEST_TEXT:
        raise parse.Unreadable(_("The text is larger than 10 MiB. Please divide it."))
    rows: list[list[str]] = []
    reader = _reader(text, divider)
    try:
        for row in islice(reader, parse.MOST_LINES + 1):
            rows.append([cell if keep_space else parse.trimmed(cell) for cell in row[:MOST_COLUMNS]])
    except csv.Error as error:
        said = _("Quotation marks do not match near line %(line)d. Please choose “One secret a line”, or mend the file.")
        raise parse.Unreadable(said % {"line": reader.line_num}) from error
    if len(rows) > parse.MOST_LINES:
        raise parse.Unreadable(_("These are more than 100,000 lines. Please divide them."))
    while rows and not any(rows[-1]):
        rows.pop()
    return Table(rows)


@sensitive_variables()
def divider_of(text: str, *, table: bool) -> str:
    """How the text is most likely divided. Only a file that is called a table is looked at for more than tabs."""
    best, found = ALIKE, LINES
    for name in DIVIDERS if table else ("tab",):
        share = _alike(text, name)
        if share > best:
            best, found = share, name
    if table and found == LINES and _all_quoted(text):
        return "comma"
    return found


@sensitive_variables()
def layout_of(table: Table, *, described: bool = False) -> Layout:
    """The columns that hold the secrets, by their names or else by how different and long their cells are.

    Where each line is `described` too, its description is found by its name, or else comes first.
    """
    if described and table.width > 1:
        return _described_layout(table)
    heading = heading_row(table)
    if heading is None:
        return Layout(secret=(_richest(table),))
    names = [_word(cell) for cell in table.rows[heading]]
    secret = tuple(n for n, name in enumerate(names) if name in SECRET_WORDS)
    return Layout(secret or (_richest(table, after=heading + 1),), heading=True)


@sensitive_variables()
def _described_layout(table: Table) -> Layout:
    heading = heading_row(table)
    names = [_word(cell) for cell in table.rows[heading]] if heading is not None else []
    secret = [n for n, name in enumerate(names) if name in SECRET_WORDS]
    others = [n for n in range(table.width) if n not in secret] or [0]
    description = next((n for n in others if n < len(names) and names[n] in DESCRIPTION_WORDS), others[0])
    rest = tuple(n for n in secret or range(table.width) if n != description)
    return Layout(rest, heading=heading is not None, description=description)


@sensitive_variables()
def heading_row(table: Table) -> int | None:
    """The row that names the columns: one of the first, with a word in it that is known for that."""
    known = SECRET_WORDS | (OTHER_WORDS | DESCRIPTION_WORDS if table.width > 1 else frozenset())
    for n, row in enumerate(table.rows[:HEADING_WITHIN]):
        if any(_word(cell) in known for cell in row):
            return n
    return None


@sensitive_variables()
def columns(table: Table, *, heading: bool) -> list[Column]:
    """What is in the table, with samples from below its heading."""
    start = _first(table, heading=heading)
    names = table.rows[start - 1] if heading and start else []
    found = [Column(n, names[n] if n < len(names) else "") for n in range(table.width)]
    for row in table.rows[start:]:
        for column in found:
            if column.index < len(row) and row[column.index] and len(column.samples) < SAMPLES:
                column.samples.append(row[column.index])
        if all(len(column.samples) == SAMPLES for column in found):
            break
    return found


@sensitive_variables()
def candidates(table: Table, layout: Layout) -> list[str]:
    """A line for each row, the one to be the secret; empty for what stands above the data. See `parse.sort`."""
    start = _first(table, heading=layout.heading)
    return [""] * start + [_line(row, layout) for row in table.rows[start:]]


@sensitive_variables()
def _line(row: Sequence[str], layout: Layout) -> str:
    secret = _joined(row, layout)
    if layout.description is None:
        return secret
    said = row[layout.description] if layout.description < len(row) else ""
    return f"{said}{BETWEEN}{secret}" if said or secret else ""


@sensitive_variables()
def _joined(row: Sequence[str], layout: Layout) -> str:
    cells = [row[n] if n < len(row) else "" for n in layout.secret]
    if len(cells) == 1 or not any(cells):
        return cells[0] if cells else ""
    whole = layout.glue.join(cells)
    if not all(cells):
        return parse.MISSING + whole
    return parse.SPOILED + whole if any(parse.is_spoiled(cell) for cell in cells) else whole


def _first(table: Table, *, heading: bool) -> int:
    """The first row of data."""
    if not heading:
        return 0
    named = heading_row(table)
    if named is None:
        named = next((n for n, row in enumerate(table.rows) if any(row)), 0)
    return named + 1


def _reader(text: str, divider: str) -> "csv._reader":  # type: ignore[name-defined]
    return csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=DIVIDERS[divider], strict=True)


@sensitive_variables()
def _alike(text: str, divider: str) -> float:
    """The share of the first rows that have the usual number of columns; 0 when that is one."""
    try:
        widths = Counter(len(row) for row in islice(_reader(text, divider), LOOKED_AT) if any(row))
    except csv.Error:
        return 0
    (usual, times), *_rest = widths.most_common(1) or [(1, 0)]
    return times / widths.total() if usual > 1 else 0


@sensitive_variables()
def _all_quoted(text: str) -> bool:
    first = [line for line in text[:20_000].splitlines()[:LOOKED_AT] if line.strip()]
    return bool(first) and sum(line.startswith('"') and line.endswith('"') for line in first) >= ALIKE * len(first)


@sensitive_variables()
def _richest(table: Table, after: int = 0) -> int:
    """The column whose cells differ most; of several, the one with the longest."""
    rows = table.rows[after : after + LOOKED_AT]
    scores = [_riches(row[n] for row in rows if n < len(row) and row[n]) for n in range(table.width)]
    return scores.index(max(scores)) if scores else 0


@sensitive_variables()
def _riches(cells: Iterable[str]) -> tuple[float, float]:
    known = list(cells)
    if not known:
        return 0, 0
    return round(len(set(known)) / len(known), 1), sum(map(len, known)) / len(known)


def _word(cell: str) -> str:
    return folded(cell).lower() if len(cell) <= 20 else ""
