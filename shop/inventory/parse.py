"""Reading card keys out of a text: pure, byte-exact, and honest about every line it cannot take.

One secret a line. Nothing is decoded twice and nothing is guessed: `1%0A2`, `a+b`, `=1+1` and `007` stay what they are.
"""

import codecs
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_variables

from kameng.lib.text import INVISIBLE
from kameng.lib.transitions import Refused

LARGEST_TEXT = 10 * 1024 * 1024
MOST_LINES = 100_000
LONGEST_SECRET = 4096

# str.splitlines would also cut at form feeds, separators and U+2028, which may be part of a line that is simply wrong.
_LINE_END = re.compile(r"\r\n|\r|\n")
_DIVIDERS = re.compile(r"[\s,，;；、]")
_UNREADABLE = "\N{REPLACEMENT CHARACTER}"
#: What a spreadsheet writes for a long number once its last digits are gone.
_ROUNDED = re.compile(r"[+-]?\d(\.\d+)?[Ee]\+\d{1,3}")
# Noncharacters are Unicode's own place for marks of a program; no keyboard types them and no file has them by right.
#: Leads what a spreadsheet holds otherwise than it was typed: a number, a date, a formula.
SPOILED = "\ufdd0"
#: Leads a line of which one column is empty.
MISSING = "\ufdd1"


class Unreadable(Refused):
    """The bytes are not a text file, or more of it than one import takes."""


class Problem(Enum):
    """Why a line is not taken, or looks as if it should not be."""

    REPEATED = gettext_lazy("the same as a line before it")
    KNOWN = gettext_lazy("already in the shop")
    SHORT = gettext_lazy("much shorter than the others")
    DIVIDED = gettext_lazy("holds a space or a comma, other than most")
    WIDE = gettext_lazy("holds full-width letters or digits")
    SPOILED = gettext_lazy("the spreadsheet changed it to a rounded number, a date or a formula; take it from its source")
    MISSING = gettext_lazy("one of its columns is empty")
    INVISIBLE = gettext_lazy("holds a character that cannot be seen")
    TOO_LONG = gettext_lazy("longer than 4096 bytes")
    UNDESCRIBED = gettext_lazy("has no public description before the secret")
    LONG_DESCRIPTION = gettext_lazy("its public description is longer than 200 characters")
    ODD_DESCRIPTION = gettext_lazy("its public description holds characters that cannot be seen or deceive the eye")
    TELLING = gettext_lazy("its public description holds a part of the secret, and everybody could read it")


@dataclass(frozen=True, slots=True)
class Bad:
    """A line that is not taken, or looks wrong: its number, why, and the character that is to blame, never its text."""

    line: int
    problem: Problem
    character: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Sorted:
    """The secrets of a text, each once and in order with the number of its line, and what was left out of them.

    `said` are the public descriptions of secrets, where they have some (see `described`).
    """

    secrets: dict[str, int]
    again: list[Bad]
    bad: list[Bad]
    said: dict[str, str] = field(default_factory=dict)


@sensitive_variables()
def decode(raw: bytes) -> str:
    """The text of a file: UTF-16 by its byte order mark, UTF-8 (its mark dropped), else GB18030. Raises Unreadable."""
    if len(raw) > LARGEST_TEXT:
        raise Unreadable(_("The file is larger than 10 MiB. Please divide it."))
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = raw.decode("utf-16", errors="replace")
        _refuse_nul(found="\0" in text)
        return text
    _refuse_nul(found=b"\0" in raw)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable(_("The file is neither UTF-8 nor GB18030 text. Please save it as text in UTF-8."))


def _refuse_nul(*, found: bool) -> None:
    """No text holds a NUL; raises Unreadable."""
    if found:
        raise Unreadable(_("This is not a plain text file. Please save it as text in UTF-8."))


@sensitive_variables()
def lines(text: str, *, keep_space: bool = False) -> list[str]:
    """The lines of a text, without white space around them unless it is to be kept; empty ones at its end are none.

    Raises Unreadable for more than one import takes.
    """
    if len(text) > LARGEST_TEXT or len(text.encode(errors="replace")) > LARGEST_TEXT:
        raise Unreadable(_("The text is larger than 10 MiB. Please divide it."))
    found = _LINE_END.split(text.removeprefix("\ufeff"))
    while found and not trimmed(found[-1]):
        found.pop()
    if len(found) > MOST_LINES:
        raise Unreadable(_("These are more than 100,000 lines. Please divide them."))
    return found if keep_space else [trimmed(line) for line in found]


@sensitive_variables()
def sort(candidates: Iterable[str]) -> Sorted:
    """Tell secrets, repetitions and malformed lines apart; lines count from 1, and empty ones are nothing else."""
    result = Sorted({}, [], [])
    for number, line in enumerate(candidates, start=1):
        if not trimmed(line):
            continue
        bad = _problem(line, number)
        if bad:
            result.bad.append(bad)
        elif line in result.secrets:
            result.again.append(Bad(number, Problem.REPEATED))
        else:
            result.secrets[line] = number
    return result


@sensitive_variables()
def unlike(secrets: Mapping[str, int]) -> list[Bad]:
    """The secrets, by their lines, that are much unlike most of the others: perhaps a heading, a remark or half a line."""
    if not secrets:
        return []
    usual = sorted(map(len, secrets))[len(secrets) // 2]
    divided = {secret for secret in secrets if _DIVIDERS.search(secret)}
    odd_divided = divided if len(divided) * 2 < len(secrets) else set()
    found = ((number, _oddity(secret, usual, divided=secret in odd_divided)) for secret, number in secrets.items())
    return [Bad(number, oddity) for number, oddity in found if oddity]


@sensitive_variables()
def _oddity(secret: str, usual: int, *, divided: bool) -> Problem | None:
    if divided:
        return Problem.DIVIDED
    if len(secret) * 2 < usual:
        return Problem.SHORT
    if not secret.isascii() and any(is_wide(char) for char in secret):
        return Problem.WIDE
    return None


def is_wide(char: str) -> bool:
    """Whether this is a full-width letter or digit, which looks like a plain one and is another."""
    return "\uff10" <= char <= "\uff5a" and char.isalnum()


@sensitive_variables()
def _problem(line: str, number: int) -> Bad | None:
    if is_spoiled(line):
        return Bad(number, Problem.SPOILED)
    if MISSING in line:
        return Bad(number, Problem.MISSING)
    # Most lines are plain; looking at each character of each would take most of the time.
    if not line.isprintable() or _UNREADABLE in line:
        for char in line:
            if unicodedata.category(char) in INVISIBLE or char == _UNREADABLE:
                return Bad(number, Problem.INVISIBLE, f"U+{ord(char):04X}")
    if len(line.encode()) > LONGEST_SECRET:
        return Bad(number, Problem.TOO_LONG)
    return None


def is_spoiled(cell: str) -> bool:
    """Whether a spreadsheet no longer holds what was typed there."""
    return SPOILED in cell or _ROUNDED.fullmatch(cell) is not None


@sensitive_variables()
def trimmed(line: str) -> str:
    """Without spaces and tabs around it; other characters that str.strip drops are no white space but mistakes."""
    start, end = 0, len(line)
    while start < end and _is_space(line[start]):
        start += 1
    while start < end and _is_space(line[end - 1]):
        end -= 1
    return line[start:end]


def _is_space(char: str) -> bool:
    return char in " \t" or (not char.isascii() and unicodedata.category(char) == "Zs")
