"""Numbers and names by which a machine finds an account: role ids and QQ numbers."""

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kameng.lib.inputs.base import ROOM, OneInput, Part, Words, hidden
from kameng.lib.inputs.params import Pick, Whole, param
from kameng.lib.inputs.said import ASCII_DIGITS, ASCII_LETTERS, Counted, only, only_digits, refusal

DIGITS, LETTERS, MARKED = "digits", "letters-digits", "letters-digits-marks"
ALPHABETS: dict[str, Words] = {
    DIGITS: gettext_lazy("digits only"),
    LETTERS: gettext_lazy("letters and digits"),
    MARKED: gettext_lazy("letters, digits, _ and -"),
}
#: Autocorrection makes these of a hyphen.
_HYPHENS = dict.fromkeys(map(ord, "\u2010\u2012\u2013\u2212"), "-")


def grouped(value: str, *sizes: int) -> str:
    """The value in groups of these sizes, the last of which repeats: 1082 7743 65."""
    groups, start, left = [], 0, list(sizes)
    while start < len(value):
        size = left.pop(0) if len(left) > 1 else left[0]
        groups.append(value[start : start + size])
        start += size
    return " ".join(groups)


def typed_exactly(inputmode: str, **attrs: str) -> dict[str, str | int]:
    """Attributes of an input whose text no phone and no browser may correct."""
    never = {"autocapitalize": "off", "autocorrect": "off", "spellcheck": "false", "autocomplete": "off"}
    return {**never, "inputmode": inputmode, "maxlength": ROOM, **attrs}


class Code(OneInput):
    """Spaces only group what is typed; they are no part of it."""

    is_code: ClassVar[bool] = True

    def read(self, folded: str) -> str:
        return self.code(folded.replace(" ", ""))

    @abstractmethod
    def code(self, text: str) -> str:
        """The value in a text without spaces; raises ValidationError."""

    def shown(self, value: str) -> str:
        return grouped(value, 4)

    def masked(self, value: str) -> str:
        return hidden(value, head=2, tail=2)


@dataclass(frozen=True, kw_only=True)
class RoleId(Code):
    """By what a game finds a player."""

    name: ClassVar[str] = "role-id"
    title: ClassVar[Words] = gettext_lazy("Role id")

    shortest: int = param(Whole(label=gettext_lazy("fewest characters"), least=1, most=64), default=6)
    longest: int = param(Whole(label=gettext_lazy("most characters"), least=1, most=64), default=12)
    alphabet: str = param(Pick(label=gettext_lazy("made of"), choices=ALPHABETS), default=DIGITS)

    def agree(self) -> None:
        if self.shortest > self.longest:
            raise ValidationError({"longest": _("The most must not be less than the fewest.")})

    def part(self) -> Part:
        mode = "numeric" if self.alphabet == DIGITS else "text"
        return Part(attrs=typed_exactly(mode), counted=self._counted)

    def code(self, text: str) -> str:
        if self.alphabet == MARKED:
            text = text.translate(_HYPHENS)
            allowed = ASCII_LETTERS | ASCII_DIGITS | {"_", "-"}
            only(text, allowed.__contains__, _("Character %(at)s is not a letter from A to Z, a digit, _ or -: %(char)s"))
        elif self.alphabet == LETTERS:
            allowed = ASCII_LETTERS | ASCII_DIGITS
            only(text, allowed.__contains__, _("Character %(at)s is not a letter from A to Z or a digit: %(char)s"))
        else:
            only_digits(text)
        self._counted.check(len(text))
        return text

    def shown(self, value: str) -> str:
        # A name with marks has groups of its own.
        return value if self.alphabet == MARKED else super().shown(value)

    @property
    def _counted(self) -> Counted:
        return Counted(self.shortest, self.longest)


@dataclass(frozen=True, kw_only=True)
class QQ(Code):
    """A QQ number: 5 to 11 digits, the first not 0."""

    name: ClassVar[str] = "qq"
    title: ClassVar[Words] = gettext_lazy("QQ number")
    counted: ClassVar[Counted] = Counted(5, 11)

    def part(self) -> Part:
        return Part(attrs=typed_exactly("numeric"), counted=self.counted)

    def code(self, text: str) -> str:
        only_digits(text)
        if text.startswith("0"):
            raise refusal("start", _("A QQ number does not start with 0"))
        self.counted.check(len(text))
        return text
