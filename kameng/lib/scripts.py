"""Which script a letter belongs to, and where scripts are mixed so that one letter passes for another.

Python's tables know no scripts, but a letter's name begins with its script's.
"""

import unicodedata
from collections import Counter
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: Written together in one word, and with letters of any other script.
EAST = {"CJK", "IDEOGRAPHIC", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "BOPOMOFO", "HANGUL"}
_NAMES: dict[str, str | Promise] = {
    "LATIN": _("Latin"),
    "CYRILLIC": _("Cyrillic"),
    "GREEK": _("Greek"),
    "ARMENIAN": _("Armenian"),
    "CHEROKEE": _("Cherokee"),
    "COPTIC": _("Coptic"),
    "HEBREW": _("Hebrew"),
    "ARABIC": _("Arabic"),
    "THAI": _("Thai"),
}
#: Planes 2 and 3 are kept for Chinese characters: names are written with some that an older Python does not know yet.
_RARE_IDEOGRAPHS = range(0x20000, 0x3FFFE)
_ZERO = "〇"
#: Words that begin the names of several scripts: Old Italic, Ol Chiki.
_NOT_ALONE = {"NEW", "OL", "OLD", "TAI"}


class Stranger(NamedTuple):
    """A letter that is not of the script of those around it."""

    at: int
    script: str
    among: str


def is_rare_ideograph(char: str) -> bool:
    """Whether it is, or will be, a Chinese character beyond the first plane."""
    return ord(char) in _RARE_IDEOGRAPHS and ord(char) & 0xFFFE != 0xFFFE


def is_letter(char: str) -> bool:
    """Whether a word or a name may be made of it: letters of every script, and 〇, which Unicode takes for a number."""
    return char.isalpha() or char == _ZERO or is_rare_ideograph(char)


def script_of(char: str) -> str:
    """LATIN, CYRILLIC, CJK …; empty for what is no letter, or belongs to every script."""
    if is_rare_ideograph(char) or char == _ZERO:
        return "CJK"
    if not char.isalpha():
        return ""
    words = unicodedata.name(char, "").split(" ")
    name = " ".join(words[: 2 if words[0] in _NOT_ALONE else 1])
    return "" if name == "MODIFIER" else name


def script_name(script: str) -> str:
    """The script's name in the reader's language, where we have a word for it."""
    return str(_NAMES.get(script, script.title()))


def stranger(text: str) -> Stranger | None:
    """The first letter of the rarest script, when letters of several alphabets are mixed."""
    scripts = [script if (script := script_of(char)) not in EAST else "" for char in text]
    found = Counter(filter(None, scripts))
    if len(found) < 2:
        return None
    # Whoever deceives writes Latin: of two scripts as frequent, the other one is the stranger.
    odd = min(found, key=lambda script: (found[script], script == "LATIN"))
    main = max((script for script in found if script != odd), key=lambda script: found[script])
    return Stranger(scripts.index(odd), odd, main)
