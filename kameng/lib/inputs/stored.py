"""What an order keeps of a recipient, and how it is read again."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict

from kameng.lib.inputs.base import Value
from kameng.lib.inputs.library import TYPES


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


def summary(stored: Sequence[Stored]) -> list[Line]:
    """Lines to read and compare, of what an order line keeps."""
    return [Line(each["label"], *_groups(each)) for each in stored]


def _groups(stored: Stored) -> tuple[tuple[str, ...], bool]:
    kind = TYPES.get(stored["type"])
    if kind is None or not kind.is_code:
        return (stored["shown"],), False
    return tuple(stored["shown"].split(" ")), True
