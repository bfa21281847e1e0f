"""Parameters of a field type as inputs of a form: a number, a choice, ticks, and lists that are written as lines."""

import re
from collections.abc import Callable, Iterable
from functools import singledispatch
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from kameng.lib.inputs.params import Groups, Names, Pick, Rule, Some, Whole

#: Between a region and its servers, and between two servers, as keyboards of both kinds write them.
_AFTER_REGION = re.compile(r'("[^"]*"|[^:：]*)[:：](.*)', re.DOTALL)
_ITEM = re.compile(r'"[^"]*"|[^,，、;；]+')
_COLONS, _COMMAS = frozenset(":："), frozenset(",，、;；")


class RuleField(forms.Field):
    """An input for one parameter: `read` makes the JSON value of what was typed, the rule judges it."""

    def __init__(self, rule: Rule, read: Callable[[Any], Any], write: Callable[[Any], Any], **kwargs: Any) -> None:
        self.rule, self.read, self.write = rule, read, write
        super().__init__(label=capfirst(str(rule.label)), **kwargs)

    def clean(self, value: Any) -> Any:
        return self.rule.plain(self.rule.checked(self.read(value)))


@singledispatch
def input_of(rule: Rule) -> RuleField:
    """The input for a parameter with this rule."""
    raise TypeError(f"no input is made for {type(rule).__name__}")


@input_of.register
def _whole(rule: Whole) -> RuleField:
    limits = {"min": rule.least, "max": rule.most, "step": 1, "inputmode": "numeric"}
    return RuleField(rule, _number, str, widget=UnfoldAdminIntegerFieldWidget(attrs=limits))


@input_of.register
def _pick(rule: Pick) -> RuleField:
    return RuleField(rule, str, str, widget=UnfoldAdminSelectWidget(choices=list(rule.choices.items())))


@input_of.register
def _names(rule: Names) -> RuleField:
    return RuleField(rule, _lines, "\n".join, widget=_lines_box(4), help_text=_("One a line."))


@input_of.register
def _groups(rule: Groups) -> RuleField:
    told = _("One region a line, its servers behind a colon and parted by commas. For example: %(example)s")
    example = _("Asia: Sakura, Maple, Bamboo")
    return RuleField(rule, read_groups, write_groups, widget=_lines_box(4), help_text=told % {"example": example})


@input_of.register
def _some(rule: Some) -> RuleField:
    others = sorted(((code, rule.titled(code)) for code in rule.known - set(rule.first)), key=lambda pair: pair[1])
    widget = forms.CheckboxSelectMultiple(choices=[*((code, rule.titled(code)) for code in rule.first), *others])
    return RuleField(rule, list, list, widget=widget, required=False)


def read_groups(text: str) -> list[dict[str, Any]]:
    """Lists by name in lines like “Asia: Sakura, Maple”; raises ValidationError that names the line that is none."""
    return [_group(number, line) for number, line in enumerate((text or "").splitlines(), start=1) if line.strip()]


def write_groups(groups: Iterable[dict[str, Any]]) -> str:
    """Lines of which `read_groups` makes the same lists: a name that would be cut stands in quotation marks."""
    return "\n".join(_line(group) for group in groups)


def _group(number: int, line: str) -> dict[str, Any]:
    # Without the white space before it, which the pattern would try in each of its lengths.
    found = _AFTER_REGION.fullmatch(line.lstrip())
    if found is None or not _bare(found[1]):
        what = _("Line %(number)s has no region with a colon behind it: %(line)s")
        raise ValidationError(what % {"number": number, "line": line.strip()[:40]})
    items = [name for name in map(_bare, _ITEM.findall(found[2])) if name]
    if not items:
        raise ValidationError(_("Line %(number)s has no server behind the colon.") % {"number": number})
    return {"name": _bare(found[1]), "items": items}


def _line(group: dict[str, Any]) -> str:
    items = ", ".join(_quoted(name, _COMMAS) for name in group["items"])
    return f"{_quoted(group['name'], _COLONS)}: {items}"


def _bare(name: str) -> str:
    return name.strip().removeprefix('"').removesuffix('"').strip()


def _quoted(name: str, cut_at: frozenset[str]) -> str:
    return f'"{name}"' if cut_at & set(name) else name


def _number(typed: Any) -> Any:
    try:
        return int(str(typed).strip()[:20])
    except ValueError:
        return None


def _lines(typed: Any) -> list[str]:
    return [line for line in (typed or "").splitlines() if line.strip()]


def _lines_box(rows: int) -> forms.Widget:
    box: forms.Widget = UnfoldAdminTextareaWidget(attrs={"rows": rows, "autocomplete": "off", "spellcheck": "false"})
    return box
