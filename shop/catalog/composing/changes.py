"""What changed between two compositions, in words for the history of a SKU."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kameng.lib.inputs.library import TYPES
from kameng.lib.inputs.params import rules
from kameng.lib.names import listed

Field = Mapping[str, Any]


def told(before: Sequence[Field], after: Sequence[Field]) -> list[str]:
    """Sentences that say what was added, removed, changed and moved; none where nothing was."""
    old = {each["key"]: each for each in before}
    new = {each["key"]: each for each in after}
    said = [_("Added %(field)s.") % {"field": _named(each)} for key, each in new.items() if key not in old]
    said += [_("Removed %(field)s.") % {"field": _named(each)} for key, each in old.items() if key not in new]
    for key, each in new.items():
        if key in old and (parts := list(_parts(old[key], each))):
            said.append(_("Changed %(field)s: %(parts)s.") % {"field": _named(old[key]), "parts": listed(parts)})
    if [key for key in old if key in new] != [key for key in new if key in old]:
        said.append(_("Buyers are asked in another order: %(fields)s.") % {"fields": listed(map(_named, new.values()))})
    return said


def _named(field: Field) -> str:
    return _("“%(name)s”") % {"name": field.get("label", "")}


def _parts(old: Field, new: Field) -> Iterator[str]:
    """The names of what differs; of a label and of whether it is needed, what it is now."""
    if old.get("label") != new.get("label"):
        yield _("it is called %(field)s") % {"field": _named(new)}
    words = {
        "help": pgettext("of a field", "help"),
        "example": pgettext("of a field", "example"),
        "where": _("where to find it"),
    }
    yield from (word for name, word in words.items() if old.get(name, "") != new.get(name, ""))
    if old.get("required", True) != new.get("required", True):
        yield _("it has to be filled in") if new.get("required", True) else _("it may be left empty")
    kind = TYPES[new["type"]]
    was, now = old.get("params") or {}, new.get("params") or {}
    yield from (str(rule.label) for name, rule in rules(kind).items() if was.get(name) != now.get(name))


def sentence(said: Sequence[str]) -> str:
    """One entry of the history."""
    return " ".join([capfirst(_("what buyers fill in:")), *said])
