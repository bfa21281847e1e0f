"""What an order keeps of a recipient, and how it is read again."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kameng.lib.inputs.base import Value
from kameng.lib.inputs.library import TYPES
from kameng.lib.inputs.specs import FieldSpec


class Stored(TypedDict):
    """One value as an order line keeps it: readable for good, whatever becomes of the field."""

    key: str
    label: str
    type: str
    value: Value
    shown: str


@dataclass(frozen=True)
class Line:
    """One line of what a buyer confirms: a code comes in its groups."""

    label: str
    groups: tuple[str, ...]
    is_code: bool


def keep(fields: Iterable[FieldSpec], values: Mapping[str, Value]) -> list[Stored]:
    """What an order line keeps of values by key, in the order of the fields, without what is left empty.

    Raises ValidationError, by key, for what a field does not take and for what no field asks for.
    """
    kept: list[Stored] = []
    wrong: dict[str, ValidationError] = {}
    specs = list(fields)
    for spec in specs:
        try:
            value = spec.clean(values.get(spec.key, ""))
        except ValidationError as error:
            wrong[spec.key] = ValidationError(error.messages)
        else:
            kept.extend([stored_as(spec, value)] if value is not None else [])
    unknown = set(values) - {spec.key for spec in specs}
    wrong |= {key: ValidationError(_("This is not asked for.")) for key in unknown}
    if wrong:
        raise ValidationError(wrong)
    return kept


def stored_as(spec: FieldSpec, value: Value) -> Stored:
    """A cleaned value of this field as an order line keeps it."""
    return Stored(key=spec.key, label=spec.label, type=spec.kind.name, value=value, shown=spec.kind.shown(value))


def as_used(stored: Stored) -> str:
    """A kept value as one types it elsewhere: a code without the spaces by which it is read."""
    return stored["value"] if isinstance(stored["value"], str) else stored["shown"]


def summary(stored: Sequence[Stored]) -> list[Line]:
    """Lines to read and compare, of what an order line keeps."""
    return [Line(each["label"], *_groups(each)) for each in stored]


def _groups(stored: Stored) -> tuple[tuple[str, ...], bool]:
    kind = TYPES.get(stored["type"])
    if kind is None or not kind.is_code:
        return (stored["shown"],), False
    return tuple(stored["shown"].split(" ")), True
