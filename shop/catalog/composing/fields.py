"""The form of one field: its texts, whether it must be filled in, and the parameters of its type."""

import dataclasses
import secrets
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget, UnfoldBooleanWidget

from kameng.lib.inputs.base import FieldType, OneInput
from kameng.lib.inputs.library import TYPES
from kameng.lib.inputs.params import rules
from kameng.lib.inputs.specs import LONGEST, FieldSpec
from kameng.lib.inputs.words import FreeText
from shop.catalog.composing.params import RuleField, input_of

PARAM = "param_"
TEXTS = ("label", "help", "example", "where")


def fresh_key(name: str) -> str:
    """A key for a new field of this type. It was never another field's: orders keep values by their keys."""
    return f"{name.replace('-', '_')}_{secrets.token_hex(4)}"


class FieldForm(forms.Form):
    """One field. `given` are its texts and parameters by input, where nothing was sent; `key` and `kind` never change."""

    def __init__(
        self, key: str, kind: type[FieldType[Any]], data: Mapping[str, Any] | None, given: Mapping[str, Any] | None = None
    ) -> None:
        self.key, self.kind = key, kind
        super().__init__(data, prefix=key, initial=dict(given or {}), use_required_attribute=False)
        self.fields |= _texts(kind)
        self.fields |= {PARAM + name: input_of(rule) for name, rule in rules(kind).items()}

    @classmethod
    def new(cls, kind: type[FieldType[Any]], label: str) -> "FieldForm":
        """A field that is just being added."""
        return cls(fresh_key(kind.name), kind, None, {"label": label, "required": True} | _defaults(kind))

    @classmethod
    def stored(cls, entry: Mapping[str, Any]) -> "FieldForm":
        """A field in JSON, whose type is known."""
        kind = TYPES[entry["type"]]
        params = entry.get("params") or {}
        written = {
            PARAM + name: _written(input_of(rule), params[name]) for name, rule in rules(kind).items() if name in params
        }
        texts = {name: entry.get(name, "") for name in TEXTS} | {"required": entry.get("required", True)}
        return cls(entry["key"], kind, None, _defaults(kind) | texts | written)

    @property
    def unjudged(self) -> "FieldForm":
        """The same with what was typed, and without a word about it."""
        if not self.is_bound:
            return self
        return FieldForm(self.key, self.kind, None, {name: self[name].value() for name in self.fields})

    @property
    def judged(self) -> "FieldForm":
        """The same as if what stands in it had been sent."""
        if self.is_bound:
            return self
        return FieldForm(self.key, self.kind, {self.add_prefix(name): self[name].value() for name in self.fields})

    @property
    def type(self) -> str:
        return self.kind.name

    @property
    def title(self) -> str:
        """The type in words."""
        return capfirst(str(self.kind.title))

    @property
    def named(self) -> str:
        """What the field is called while it is composed."""
        return str(self["label"].value() or "").strip()[: LONGEST["label"]] or self.title

    @property
    def short(self) -> list[forms.BoundField]:
        """Texts of one line, but for the label."""
        return [self[name] for name in ("example", "help") if name in self.fields]

    @property
    def params(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith(PARAM)]

    @cached_property
    def spec(self) -> FieldSpec | None:
        """The field, once the form is valid."""
        return self._spec if self.is_valid() else None

    def clean(self) -> None:
        told = self.cleaned_data
        params = {name.removeprefix(PARAM): value for name, value in told.items() if name.startswith(PARAM)}
        kind = self._made(params) if len(params) == len(rules(self.kind)) else None
        texts = {name: told.get(name, "") for name in TEXTS}
        try:
            self._spec = FieldSpec(
                key=self.key,
                kind=kind or FreeText(),
                required=told.get("required", True),
                # Whether it takes the example is known only of a type that is right.
                **(texts if kind else texts | {"example": ""}),
            )
        except ValidationError as error:
            self._refuse(error, "")

    def _made(self, params: Mapping[str, Any]) -> FieldType[Any] | None:
        try:
            return self.kind.from_params(params)
        except ValidationError as error:
            self._refuse(error, PARAM)
            return None

    def _refuse(self, error: ValidationError, prefix: str) -> None:
        for name, messages in error.message_dict.items():
            said = (
                [_("Buyers could not fill this in: %(why)s") % {"why": why} for why in messages]
                if name == "example"
                else messages
            )
            self.add_error(prefix + name if prefix + name in self.fields else None, said)


def _texts(kind: type[FieldType[Any]]) -> dict[str, forms.Field]:
    above = _("What stands above the input.") if kind.is_headed else _("What it is called where buyers compare it.")
    made = {
        "label": _text(pgettext("of a field", "Label"), above, required=True),
        "help": _text(pgettext("of a field", "Help"), _("One sentence below the input.")),
    }
    if issubclass(kind, OneInput):
        made["example"] = _text(
            pgettext("of a field", "Example"), _("A value that buyers could type; it stands below the input.")
        )
    where = forms.CharField(label=_("Where to find it"), required=False, strip=False, widget=_lines_box())
    where.help_text = _("Opens on demand beside the input: where a buyer finds what to type. Several lines are fine.")
    required = forms.BooleanField(label=_("Buyers have to fill it in"), required=False, initial=True)
    required.widget = UnfoldBooleanWidget()
    return made | {"where": where, "required": required}


def _lines_box() -> forms.Widget:
    box: forms.Widget = UnfoldAdminTextareaWidget(attrs={"rows": 2})
    return box


def _text(label: str, help_text: str, *, required: bool = False) -> forms.Field:
    # Judged by the field itself, which has better words: here nothing is missing and nothing too long.
    field = forms.CharField(label=label, help_text=help_text, required=False, widget=UnfoldAdminTextInputWidget())
    field.needed = required  # type: ignore[attr-defined]
    return field


def _defaults(kind: type[FieldType[Any]]) -> dict[str, Any]:
    """Parameters as the type has them when nobody chooses."""
    known: Any = dataclasses.fields(kind)  # type: ignore[arg-type]
    return {
        PARAM + each.name: _written(input_of(each.metadata["rule"]), each.metadata["rule"].plain(each.default))
        for each in known
        if each.default is not dataclasses.MISSING
    }


def _written(field: RuleField, value: Any) -> Any:
    try:
        return field.write(value)
    except (TypeError, KeyError):
        # What is stored is none any more; it is chosen anew.
        return ""
