"""What a merchant may choose about a field, and the rules for it.

A field type is a frozen dataclass; each of its fields is one parameter, made by `param(rule)`. Rules take plain JSON values,
and never a pattern: what nobody can write cannot hang a worker.
"""

import dataclasses
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from kameng.lib import text
from kameng.lib.inputs.said import refusal

LONGEST_NAME = 60


class Group(NamedTuple):
    """A named list: a region and its servers."""

    name: str
    items: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Rule(ABC):
    """One parameter: how a merchant reads it, and what it takes."""

    label: str | Promise

    @abstractmethod
    def checked(self, given: object) -> Any:
        """The value as a type keeps it; raises ValidationError."""

    def plain(self, value: Any) -> Any:
        """The value as JSON keeps it."""
        return value


def param(rule: Rule, **kwargs: Any) -> Any:
    """A parameter of a field type; `default` as in `dataclasses.field`."""
    return dataclasses.field(metadata={"rule": rule}, **kwargs)


def rules(kind: type) -> dict[str, Rule]:
    """The parameters of a field type by name, in order."""
    return {field.name: field.metadata["rule"] for field in dataclasses.fields(kind)}


@dataclass(frozen=True, kw_only=True)
class Whole(Rule):
    """A whole number within limits."""

    least: int
    most: int

    def checked(self, given: object) -> int:
        # True is an int to Python, and to nobody else.
        if type(given) is not int or not self.least <= given <= self.most:
            raise refusal("param", _("Give a whole number from %(least)s to %(most)s."), least=self.least, most=self.most)
        return given


@dataclass(frozen=True, kw_only=True)
class Pick(Rule):
    """One of a few words."""

    choices: Mapping[str, str | Promise]

    def checked(self, given: object) -> str:
        if not isinstance(given, str) or given not in self.choices:
            raise refusal("param", _("Choose one of: %(these)s."), these=", ".join(self.choices))
        return given


@dataclass(frozen=True, kw_only=True)
class Names(Rule):
    """Names that stand in a list: at least one, each once."""

    most: int

    def checked(self, given: object) -> tuple[str, ...]:
        if not isinstance(given, list | tuple) or not 1 <= len(given) <= self.most:
            raise refusal("param", _("Give a list of 1 to %(most)s names."), most=self.most)
        names = tuple(_name(entry) for entry in given)
        return _each_once(names)

    def plain(self, value: tuple[str, ...]) -> list[str]:
        return list(value)


@dataclass(frozen=True, kw_only=True)
class Groups(Rule):
    """Named lists: `[{"name": "East", "items": ["One", "Two"]}, …]`; a name may stand in several lists, but once in each."""

    most: int
    most_items: int
    label: str | Promise

    def checked(self, given: object) -> tuple[Group, ...]:
        if not isinstance(given, list | tuple) or not 1 <= len(given) <= self.most:
            raise refusal("param", _("Give a list of 1 to %(most)s groups."), most=self.most)
        groups = tuple(self._group(entry) for entry in given)
        _each_once(tuple(group.name for group in groups))
        return groups

    def plain(self, value: tuple[Group, ...]) -> list[dict[str, Any]]:
        return [{"name": group.name, "items": list(group.items)} for group in value]

    def _group(self, entry: object) -> Group:
        if isinstance(entry, Group):
            entry = {"name": entry.name, "items": entry.items}
        if not isinstance(entry, Mapping) or set(entry) != {"name", "items"}:
            raise refusal("param", _("A group has a name and a list of items."))
        items = Names(label=self.label, most=self.most_items)
        return Group(_name(entry["name"]), items.checked(entry["items"]))


@dataclass(frozen=True, kw_only=True)
class Some(Rule):
    """Any of a known set, also none; `titled` gives the words for each in the reader's language, `first` are offered first."""

    known: frozenset[str]
    titled: Callable[[str], str] = str
    first: tuple[str, ...] = ()

    def checked(self, given: object) -> tuple[str, ...]:
        if not isinstance(given, list | tuple):
            raise refusal("param", _("Give a list."))
        for entry in given:
            if not isinstance(entry, str) or entry not in self.known:
                raise refusal("param", _("“%(name)s” is not known."), name=str(entry)[:LONGEST_NAME])
        return _each_once(tuple(given))

    def plain(self, value: tuple[str, ...]) -> list[str]:
        return list(value)


def _name(given: object) -> str:
    if not isinstance(given, str):
        raise refusal("param", _("A name is a text."))
    name = text.clean_prose(given)
    if not 1 <= len(name) <= LONGEST_NAME:
        raise refusal("param", _("A name has 1 to %(most)s characters."), most=LONGEST_NAME)
    return name


def _each_once(names: tuple[str, ...]) -> tuple[str, ...]:
    for at, name in enumerate(names):
        if name in names[:at]:
            raise refusal("param", _("“%(name)s” stands there twice."), name=name)
    return names
