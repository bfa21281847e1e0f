"""Making what cannot be seen in a line visible, for eyes that decide about it."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from django.views.decorators.debug import sensitive_variables

from kameng.lib.text import INVISIBLE
from shop.inventory import described
from shop.inventory.intake import Preview
from shop.inventory.parse import MISSING, SPOILED, Problem, is_wide

SHOWN = 20
LONGEST_SHOWN = 200


@dataclass(frozen=True, slots=True, repr=False)
class Piece:
    """A part of a line: plain text, or a mark that stands for what nobody would see."""

    text: str
    mark: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class Row:
    """A line of the preview; `problem` says why it is left out, `doubt` why it should be looked at again."""

    line: int
    pieces: list[Piece]
    said: str
    problem: Problem | None = None
    doubt: Problem | None = None


@sensitive_variables()
def first_rows(candidates: Sequence[str], found: Preview) -> list[Row]:
    """The first lines that are not empty, with what becomes of them."""
    problems = {bad.line: bad.problem for bad in found.skipped}
    doubts = {bad.line: bad.problem for bad in found.unlike}
    fresh = {found.lines[secret] for secret in found.secrets[:SHOWN]}
    rows: list[Row] = []
    for number, line in enumerate(candidates, start=1):
        if number in problems or number in fresh:
            said, secret = described.divided(line)
            # What is taken in is shown as buyers will read it.
            said = found.said.get(secret, said) if number in fresh else said[:LONGEST_SHOWN]
            rows.append(Row(number, pieces(secret), said, problems.get(number), doubts.get(number)))
        if len(rows) == SHOWN:
            break
    return rows


@sensitive_variables()
def pieces(line: str) -> list[Piece]:
    """The line with names in place of characters that have no shape, a sign for each space, and full-width ones marked."""
    text = line.replace(SPOILED, "").replace(MISSING, "")
    shown = [_piece(char) for char in text[:LONGEST_SHOWN]]
    joined = [
        Piece("".join(piece.text for piece in group), mark) for mark, group in groupby(shown, key=lambda piece: piece.mark)
    ]
    return [*joined, Piece("…", mark=True)] if len(text) > LONGEST_SHOWN else joined


def _piece(char: str) -> Piece:
    if char == " ":
        return Piece("␣", mark=True)
    if unicodedata.category(char) in INVISIBLE or unicodedata.category(char) == "Zs" or char == "\ufffd":
        return Piece(f"U+{ord(char):04X}", mark=True)
    return Piece(char, mark=is_wide(char))
