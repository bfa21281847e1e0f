"""Text that people type: folded to one form, and refused where the eye would be deceived.

An identifier is one line in one alphabet. Prose may change its alphabet from word to word, and may have lines.
"""

import unicodedata
from collections.abc import Iterator
from itertools import groupby

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kameng.lib.scripts import EAST, is_letter, is_rare_ideograph, script_name, script_of, stranger

#: Nothing that people type by hand is longer; and putting marks in order takes Python time with the square of their number.
LONGEST = 1_000
INVISIBLE = {"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"}
MARKS = {"Mn", "Mc", "Me"}
#: More than this on one letter is no writing (Vietnamese needs two, Thai and Hebrew three).
MOST_MARKS = 3
#: Letters, marks and symbols by their category, of which nothing is seen: fillers, joiners, selectors, an empty Braille cell.
_BLANK = frozenset(
    map(chr, (0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, *range(0x180B, 0x1810), 0x2800, 0x3164, *range(0xFE00, 0xFE10)))
) | frozenset(map(chr, (0xFFA0, 0x16FE4, 0x1D159, *range(0xE0100, 0xE01F0))))
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_BREAKS = frozenset("\n\r\v\f\x85\u2028\u2029")
_LOST = frozenset("\ufffc\ufffd")
#: Phones put these behind a heart or a digit to ask for the coloured picture.
_PICTURE_SELECTORS = dict.fromkeys((0xFE0E, 0xFE0F))
#: NFKC would make ASCII of Chinese punctuation; in prose it is no disguise but good style.
_PUNCTUATION = frozenset("！（），：；？～…")
_EXCERPT = 8


def folded(text: str) -> str:
    """NFKC, outer white space dropped, inner runs of it made one space; cut at LONGEST."""
    return " ".join(unicodedata.normalize("NFKC", text[:LONGEST]).split())


def undashed(text: str) -> str:
    """Without dashes of any kind, as people put them between groups of a number."""
    return "".join(char for char in text if unicodedata.category(char) != "Pd")


def clean_identifier(text: str) -> str:
    """A recipient or address as stored: one line, folded.

    Raises ValidationError for what is too long, cannot be seen, piles up marks or mixes alphabets; it says what, and where.
    """
    _refuse_long(text)
    value = " ".join(_seen(unicodedata.normalize("NFKC", text)).split())
    _refuse_strangers(value)
    return value


def clean_prose(text: str, *, lines: bool = False) -> str:
    """Words as stored, folded but for Chinese punctuation; with `lines`, line breaks stay.

    Raises ValidationError as `clean_identifier` does, but looks for mixed alphabets only inside a word.
    """
    _refuse_long(text)
    if lines:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    runs = groupby(text.translate(_PICTURE_SELECTORS), _PUNCTUATION.__contains__)
    whole = "".join("".join(run) if kept else unicodedata.normalize("NFKC", "".join(run)) for kept, run in runs)
    shown = _seen(whole, lines=lines)
    for word in _words(shown):
        _refuse_strangers(word)
    return "\n".join(" ".join(line.split()) for line in shown.split("\n"))


def named(char: str) -> str:
    """How a message shows one character: what may look like another, or like nothing, comes with its script and number."""
    if char.isascii() or unicodedata.east_asian_width(char) in {"W", "F"}:
        return char
    shown = {"char": char, "code": f"U+{ord(char):04X}", "script": script_name(script_of(char))}
    if not char.isprintable() or unicodedata.category(char) in MARKS:
        return shown["code"]
    if script_of(char) in {"", "LATIN"}:
        return _("%(char)s (%(code)s)") % shown
    return _("%(char)s (%(script)s, %(code)s)") % shown


def _refuse_long(text: str) -> None:
    if len(text) > LONGEST:
        raise ValidationError(
            _("This is far too long: %(count)s characters, where at most %(most)s fit."),
            code="too-long",
            params={"count": len(text), "most": LONGEST},
        )


def _seen(folded: str, *, lines: bool = False) -> str:
    """The text without outer white space; raises for what cannot be seen."""
    shown = folded.strip()
    _refuse_long(shown)
    marks = 0
    for at, char in enumerate(shown):
        category = unicodedata.category(char)
        marks = marks + 1 if category in MARKS else 0
        if marks > MOST_MARKS:
            raise _refusal(_("Too many marks are piled up on one letter."), "piled", shown[: at - marks + 1])
        if char == "\t" or (lines and char == "\n"):
            continue
        if what := _unseen(char, category):
            raise _refusal(what % {"code": f"{ord(char):04X}"}, "invisible", shown[:at])
    return shown


def _unseen(char: str, category: str) -> str:
    """What is wrong with a character that does not look like itself; empty for a good one."""
    if char in _BREAKS:
        return _("There is a line break in it, and it must be one line.")
    if char in _TURNING:
        return _("There is an invisible character (U+%(code)s) in it that turns the direction of writing.")
    if char in _LOST:
        return _("A character was lost on its way here (U+%(code)s).")
    if category == "Cs":
        return _("There is half a character (U+%(code)s) in it.")
    if category == "Co":
        return _("There is a character (U+%(code)s) in it that every device shows differently.")
    if category == "Cn":
        return "" if is_rare_ideograph(char) else _("There is a character (U+%(code)s) in it that no device can show.")
    return _("There is an invisible character (U+%(code)s) in it.") if category in INVISIBLE or char in _BLANK else ""


def _refusal(what: str, code: str, before: str) -> ValidationError:
    before = before[-_EXCERPT:].strip()
    where = _("It stands after “%(before)s”.") % {"before": before} if before else _("It stands at the very start.")
    message = _("%(what)s %(where)s Please delete it, or type everything again by hand.")
    return ValidationError(message, code=code, params={"what": what, "where": where})


def _refuse_strangers(text: str) -> None:
    found = stranger(text)
    if found is None:
        return
    char = text[found.at]
    before, _char, after = next(word for word in _words(text) if char in word).partition(char)
    raise ValidationError(
        _(
            "Letters of %(main)s and %(odd)s are mixed in it; some of them only look alike: "
            "“%(char)s” in “%(word)s” is %(odd)s. Please type it again."
        ),
        code="mixed",
        params={
            "main": script_name(found.among),
            "odd": script_name(found.script),
            "char": char,
            "word": before[-_EXCERPT:] + char + after[:_EXCERPT],
        },
    )


def _words(text: str) -> Iterator[str]:
    """Runs of letters, marks and digits; Chinese and its neighbours are written without spaces, so they end a word."""

    def inside(char: str) -> bool:
        if script_of(char) in EAST:
            return False
        return is_letter(char) or char.isalnum() or unicodedata.category(char) in MARKS

    return ("".join(run) for is_word, run in groupby(text, inside) if is_word)
