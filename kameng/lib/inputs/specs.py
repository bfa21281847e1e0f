"""The fields of one product, as a merchant composed them, and their JSON.

[{"key": "role", "type": "role-id", "label": "角色 ID", "params": {"shortest": 9, "longest": 10}}]
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kameng.lib import text
from kameng.lib.inputs.base import FieldType, OneInput, Typed, Value
from kameng.lib.inputs.library import TYPES
from kameng.lib.inputs.said import refusal

MOST_FIELDS = 12
LONGEST_KEY = 32
LONGEST = {"label": 40, "help": 200, "example": 60, "where": 500}
_KEY_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_")
_NEEDED = {"key", "type", "label"}
_KNOWN = _NEEDED | {"help", "example", "where", "required", "params"}


@dataclass(frozen=True, kw_only=True)
class FieldSpec:
    """One field. Making one raises ValidationError, by attribute, for texts that are too long or deceive the eye.

    `key` names the value for machines and is never shown; `where` says where a buyer finds what to type; `example` is a value
    that the field itself takes.
    """

    key: str
    label: str
    kind: FieldType[Any]
    help: str = ""
    example: str = ""
    where: str = ""
    required: bool = True

    def __post_init__(self) -> None:
        wrong: dict[str, ValidationError] = {}
        for name, check in (
            ("key", _key),
            ("label", _label),
            ("help", _help),
            ("where", _where),
            ("example", self._example),
        ):
            try:
                object.__setattr__(self, name, check(getattr(self, name)))
            except ValidationError as error:
                wrong[name] = error
        if wrong:
            raise ValidationError(wrong)

    @classmethod
    def from_json(cls, given: object) -> "FieldSpec":
        """The field in parsed JSON; raises ValidationError for unknown names and types, and for bad values, by name."""
        if not isinstance(given, Mapping):
            raise refusal("spec", _("A field is given as names with values."))
        wrong = {str(name): _("A field has nothing of this name.") for name in given if name not in _KNOWN}
        wrong |= {name: _("This is missing.") for name in sorted(_NEEDED - set(given))}
        kind = given.get("type")
        if "type" in given and (not isinstance(kind, str) or kind not in TYPES):
            wrong["type"] = _("There is no such type. The types are: %(types)s.") % {"types": ", ".join(TYPES)}
        if type(given.get("required", True)) is not bool:
            wrong["required"] = _("This is true or false.")
        if wrong:
            raise ValidationError(wrong)
        made = TYPES[given["type"]].from_params(given.get("params", {}))
        return cls(kind=made, **{name: value for name, value in given.items() if name not in {"type", "params"}})

    def to_json(self) -> dict[str, Any]:
        """What `from_json` reads back, with nothing left out."""
        return {
            "key": self.key,
            "type": self.kind.name,
            "label": self.label,
            "help": self.help,
            "example": self.example,
            "where": self.where,
            "required": self.required,
            "params": self.kind.params(),
        }

    def clean(self, typed: Typed) -> Value | None:
        """The value as stored, None for a field left empty that may be; raises ValidationError, of several parts by part."""
        if not self.required and _is_blank(typed):
            return None
        value: Value = self.kind.clean(typed)
        return value

    def _example(self, given: object) -> str:
        example = _text(given, "example")
        if not example:
            return ""
        if not isinstance(self.kind, OneInput):
            raise refusal("spec", _("This type takes no example."))
        self.kind.clean(example)
        return example


def load(given: object) -> tuple[FieldSpec, ...]:
    """The fields in parsed JSON; raises ValidationError whose messages name the field and what is wrong with it."""
    if not isinstance(given, list) or len(given) > MOST_FIELDS:
        raise refusal("spec", _("Give a list of at most %(most)s fields."), most=MOST_FIELDS)
    fields: list[FieldSpec] = []
    wrong: list[str] = []
    for number, entry in enumerate(given, start=1):
        try:
            fields.append(FieldSpec.from_json(entry))
        except ValidationError as error:
            wrong.extend(_("Field %(number)s, %(what)s") % {"number": number, "what": what} for what in _messages(error))
    for name, told in (("key", _("Two fields have the key %(twice)s.")), ("label", _("Two fields are called “%(twice)s”."))):
        wrong.extend(told % {"twice": twice} for twice in _repeated(getattr(field, name) for field in fields))
    if wrong:
        raise ValidationError(wrong)
    return tuple(fields)


def dump(fields: Iterable[FieldSpec]) -> list[dict[str, Any]]:
    """What `load` reads back."""
    return [field.to_json() for field in fields]


def _messages(error: ValidationError) -> list[str]:
    if not hasattr(error, "error_dict"):
        return error.messages
    return [f"{name}: {message}" for name, messages in error.message_dict.items() for message in messages]


def _repeated(names: Iterable[str]) -> list[str]:
    seen: set[str] = set()
    return [name for name in names if name in seen or seen.add(name)]  # type: ignore[func-returns-value]


def _is_blank(typed: Typed) -> bool:
    texts = typed.values() if isinstance(typed, Mapping) else (typed,)
    return all(isinstance(each, str) and (not each or each.isspace()) for each in texts)


def _text(given: object, name: str, *, lines: bool = False) -> str:
    if not isinstance(given, str):
        raise refusal("spec", _("This is a text."))
    value = text.clean_prose(given, lines=lines)
    if len(value) > LONGEST[name]:
        message = _("This has %(count)s characters, at most %(most)s fit.")
        raise refusal("spec", message, count=len(value), most=LONGEST[name])
    return value


def good_key(given: object) -> bool:
    """Whether this can be a field's key."""
    return isinstance(given, str) and 1 <= len(given) <= LONGEST_KEY and given[0].isalpha() and set(given) <= _KEY_LETTERS


def _key(given: object) -> str:
    if not good_key(given):
        raise refusal("spec", _("A key is made of a to z, 0 to 9 and _, and starts with a letter."))
    return str(given)


def _label(given: object) -> str:
    label = _text(given, "label")
    if not label:
        raise refusal("spec", _("A field needs a label."))
    return label


def _help(given: object) -> str:
    return _text(given, "help")


def _where(given: object) -> str:
    return _text(given, "where", lines=True)
