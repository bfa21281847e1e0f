"""Text that people type: folded to one form, and refused where the eye would be deceived."""

import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

INVISIBLE = {"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"}
_SCRIPTS = {"LATIN": "Latin", "CYRILLIC": "Cyrillic", "GREEK": "Greek", "ARMENIAN": "Armenian", "CHEROKEE": "Cherokee"}


def folded(text: str) -> str:
    """NFKC, outer white space dropped, inner runs of it made one space: full-width digits become plain ones."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def clean_identifier(text: str) -> str:
    """A recipient or address as stored; raises ValidationError for characters that cannot be seen or that mix scripts."""
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
