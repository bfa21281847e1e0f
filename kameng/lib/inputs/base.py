"""What every field type is: its parameters, how its inputs look, and how typed text becomes a stored value.

A type is a frozen dataclass whose fields are its parameters, so an instance is a field ready for use:

    >>> RoleId(shortest=9, longest=10).clean("１０８２ 7743 65")
    '1082774365'
"""

import dataclasses
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, Literal, Self, TypeAlias, TypeVar

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from kameng.lib import text
from kameng.lib.inputs.params import Group, rules
from kameng.lib.inputs.said import Counted, refusal

Words: TypeAlias = str | Promise
#: What is stored: one text, or the texts of several parts.
Value: TypeAlias = str | dict[str, str]
#: What comes from a form, or from what was stored before.
Typed: TypeAlias = str | Mapping[str, str]
V = TypeVar("V", str, dict[str, str])

HIDDEN = "•••"
#: No `maxlength` is near a limit: a browser would cut what is pasted, and a role id that lost its end is somebody else's.
ROOM = 320


@dataclass(frozen=True, kw_only=True)
class Part:
    """One input on the page. The only part of a field has no name, and bears the field's own label."""

    name: str = ""
    label: Words = ""
    shape: Literal["line", "lines", "choice"] = "line"
    span: Literal["full", "half", "third"] = "full"
    needed: bool = True
    attrs: Mapping[str, str | int] = field(default_factory=dict)
    counted: Counted | None = None
    options: tuple[str, ...] = ()
    groups: tuple[Group, ...] = ()


class FieldType(ABC, Generic[V]):
    """A kind of input. Subclasses are frozen dataclasses; making one raises ValidationError, by parameter, for bad ones."""

    #: As specifications and orders name it; never changed once in use.
    name: ClassVar[str]
    title: ClassVar[Words]
    #: Compared character by character: shown large, in equal widths, and by groups.
    is_code: ClassVar[bool] = False
    #: Of several inputs: whether the field's label must stand above theirs.
    is_headed: ClassVar[bool] = True

    def __post_init__(self) -> None:
        wrong: dict[str, ValidationError] = {}
        for name, rule in rules(type(self)).items():
            try:
                # The one way past `frozen`: lists become tuples before anybody sees the value.
                object.__setattr__(self, name, rule.checked(getattr(self, name)))
            except ValidationError as error:
                wrong[name] = error
        if wrong:
            raise ValidationError(wrong)
        self.agree()

    def agree(self) -> None:
        """Raises ValidationError, by parameter, when parameters contradict each other."""

    @classmethod
    def from_params(cls, given: object) -> Self:
        """The type with parameters from JSON; raises ValidationError for unknown, missing and bad ones."""
        if not isinstance(given, Mapping):
            raise refusal("param", _("The parameters are names with values."))
        known = {each.name: each for each in dataclasses.fields(cls)}  # type: ignore[arg-type]
        wrong = {str(name): _("There is no such parameter.") for name in given if name not in known}
        wrong |= {
            name: _("This parameter is missing.")
            for name, each in known.items()
            if name not in given and each.default is dataclasses.MISSING
        }
        if wrong:
            raise ValidationError(wrong)
        return cls(**given)

    def params(self) -> dict[str, Any]:
        """The parameters as JSON keeps them; `from_params` reads them back."""
        return {name: rule.plain(getattr(self, name)) for name, rule in rules(type(self)).items()}

    @abstractmethod
    def parts(self) -> tuple[Part, ...]:
        """The inputs on the page."""

    @abstractmethod
    def clean(self, typed: Typed) -> V:
        """The value as stored. Whatever is given, raises nothing but ValidationError (of several parts, by part); a stored
        value comes back unchanged."""

    @abstractmethod
    def shown(self, value: V) -> str:
        """A stored value for reading; of a field with one input, typing it gives the same value again."""

    @abstractmethod
    def typed(self, value: V) -> dict[str, str]:
        """What stands in each input for a stored value."""

    @abstractmethod
    def masked(self, value: V) -> str:
        """A stored value for lists: recognised by whom knows it, not learnt by others."""


class OneInput(FieldType[str]):
    """A field with one input."""

    @abstractmethod
    def part(self) -> Part:
        """The input."""

    @abstractmethod
    def read(self, folded: str) -> str:
        """The value in a text that is folded, screened and not empty; raises ValidationError."""

    def fold(self, typed: str) -> str:
        """The text in one form; raises ValidationError for what deceives the eye."""
        return text.clean_identifier(typed)

    def parts(self) -> tuple[Part, ...]:
        return (self.part(),)

    def clean(self, typed: Typed) -> str:
        if not isinstance(typed, str):
            raise refusal("broken", _("This did not arrive whole. Please fill it in again."))
        folded = self.fold(typed)
        if not folded:
            raise self.missing()
        return self.read(folded)

    def missing(self) -> ValidationError:
        """What is said of an empty input."""
        return refusal("required", _("Please fill this in."))

    def shown(self, value: str) -> str:
        return value

    def typed(self, value: str) -> dict[str, str]:
        return {"": self.shown(value)}

    def masked(self, value: str) -> str:
        return hidden(value, head=1)


class ManyInputs(FieldType[dict[str, str]]):
    """A field with several inputs, each named and judged by itself."""

    @abstractmethod
    def read(self, given: dict[str, str]) -> dict[str, str]:
        """The value in texts by part, which are folded and screened, and may be empty; raises ValidationError by part."""

    def clean(self, typed: Typed) -> dict[str, str]:
        names = [part.name for part in self.parts()]
        if not isinstance(typed, Mapping) or any(not isinstance(typed.get(name, ""), str) for name in names):
            raise refusal("broken", _("This did not arrive whole. Please fill it in again."))
        given: dict[str, str] = {}
        wrong: dict[str, ValidationError] = {}
        for name in names:
            try:
                given[name] = text.clean_prose(typed.get(name, ""))
            except ValidationError as error:
                wrong[name] = error
        if wrong:
            raise ValidationError(wrong)
        return self.read(given)

    def shown(self, value: dict[str, str]) -> str:
        return " ".join(filter(None, value.values()))

    def typed(self, value: dict[str, str]) -> dict[str, str]:
        return dict(value)


def hidden(value: str, *, head: int, tail: int = 0) -> str:
    """Its first and last characters; of a short value the first one only."""
    if len(value) < head + tail + len(HIDDEN):
        head, tail = 1, 0
    return value[:head] + HIDDEN + (value[-tail:] if tail else "")
