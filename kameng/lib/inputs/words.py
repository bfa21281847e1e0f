"""Words: free text within limits, and names of persons."""

import unicodedata
from dataclasses import dataclass
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kameng.lib.inputs.base import OneInput, Part, Words, hidden
from kameng.lib.inputs.params import Whole, param
from kameng.lib.inputs.said import Written, only, refusal
from kameng.lib.scripts import is_letter
from kameng.lib.text import LONGEST, clean_prose


@dataclass(frozen=True, kw_only=True)
class FreeText(OneInput):
    """What no other type fits: a note, a guild, a nickname."""

    name: ClassVar[str] = "text"
    title: ClassVar[Words] = gettext_lazy("free text")

    shortest: int = param(Whole(label=gettext_lazy("fewest characters"), least=1, most=500), default=1)
    longest: int = param(Whole(label=gettext_lazy("most characters"), least=1, most=500), default=100)
    lines: int = param(Whole(label=gettext_lazy("most lines"), least=1, most=20), default=1)

    def agree(self) -> None:
        if self.shortest > self.longest:
            raise ValidationError({"longest": _("The most must not be less than the fewest.")})

    def part(self) -> Part:
        attrs: dict[str, str | int] = {"autocomplete": "off", "maxlength": LONGEST}
        if self.lines == 1:
            return Part(attrs=attrs)
        return Part(shape="lines", attrs=attrs | {"rows": min(self.lines, 5)})

    def fold(self, typed: str) -> str:
        return clean_prose(typed, lines=self.lines > 1)

    def read(self, folded: str) -> str:
        lines = folded.count("\n") + 1
        if lines > self.lines:
            raise refusal("lines", _("These are %(count)s lines, at most %(most)s fit"), count=lines, most=self.lines)
        Written(self.shortest, self.longest).check(len(folded))
        return folded

    def masked(self, value: str) -> str:
        return hidden(value, head=2)


#: The dot in names like 阿卜杜拉·买买提, as keyboards and fonts know it.
MIDDLE_DOT = "·"
_DOTS = dict.fromkeys(map(ord, "\u2022\u2027\u2219\u22c5\u30fb"), MIDDLE_DOT)
_APOSTROPHE = {0x2019: "'"}


@dataclass(frozen=True, kw_only=True)
class PersonName(OneInput):
    """The name of a person, as it stands on papers: 2 to 50 letters of one alphabet, with the marks that names have."""

    name: ClassVar[str] = "name"
    title: ClassVar[Words] = gettext_lazy("name of a person")

    def part(self) -> Part:
        return Part(attrs={"autocomplete": "name", "spellcheck": "false", "maxlength": LONGEST})

    def read(self, folded: str) -> str:
        name = folded.translate(_DOTS | _APOSTROPHE)
        only(name[:1], is_letter, _("A name starts with a letter, not with %(char)s"))
        only(name, _in_names, _("Character %(at)s does not belong in a name: %(char)s"))
        Written(2, 50).check(len(name))
        return name


def _in_names(char: str) -> bool:
    return is_letter(char) or char in " ·-'." or unicodedata.category(char) in {"Mn", "Mc"}
