"""Text that people type: folded to one form, and refused where the eye would be deceived."""

import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

#: Nothing that people type by hand is longer; and putting marks in order takes Python time with the square of their number.
LONGEST = 1_000
INVISIBLE = {"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"}
_SCRIPTS = {"LATIN": "Latin", "CYRILLIC": "Cyrillic", "GREEK": "Greek", "ARMENIAN": "Armenian", "CHEROKEE": "Cherokee"}


def folded(text: str) -> str:
    """NFKC, outer white space dropped, inner runs of it made one space; cut at LONGEST."""
    return " ".join(unicodedata.normalize("NFKC", text[:LONGEST]).split())


def undashed(text: str) -> str:
    """Without dashes of any kind, as people put them between groups of a number."""
    return "".join(char for char in text if unicodedata.category(char) != "Pd")


def clean_identifier(text: str) -> str:
    """A recipient or address as stored; raises ValidationError for what is too long, cannot be seen, or mixes scripts."""
    if len(text) > LONGEST:
        raise ValidationError(_("This is too long."), code="too-long")
    for char in unicodedata.normalize("NFKC", text).strip():
        if unicodedata.category(char) in INVISIBLE:
            raise ValidationError(
                _("There is an invisible character (U+%(code)s) in it. Please type it again by hand."),
                code="invisible",
                params={"code": f"{ord(char):04X}"},
            )
    value = folded(text)
    scripts = {name for char in value if char.isalpha() if (name := _script(char))}
    if len(scripts) > 1:
        raise ValidationError(
            _("Letters of %(scripts)s are mixed in it; some of them only look alike. Please type it again."),
            code="mixed",
            params={"scripts": ", ".join(sorted(scripts))},
        )
    return value


def _script(char: str) -> str:
    first = unicodedata.name(char, "").partition(" ")[0]
    return _SCRIPTS.get(first, "")
