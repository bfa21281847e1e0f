"""Django's form fields of typed inputs: one for each part."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _

from kameng.lib.inputs.base import OneInput, Part
from kameng.lib.inputs.choices import WITHIN
from kameng.lib.inputs.said import Counted
from kameng.lib.inputs.specs import FieldSpec


class Input(BoundField):
    """One input with what its template needs to know."""

    field: "PartField"

    @property
    def ok(self) -> bool:
        """Whether it was sent and is good; an input left empty is neither good nor bad."""
        return self.form.is_bound and not self.errors and bool(self.data)

    @property
    def example(self) -> str:
        """A value it takes, as it is shown."""
        spec = self.field.spec
        return spec.kind.shown(spec.kind.clean(spec.example)) if spec.example else ""

    @property
    def where(self) -> str:
        """Where to find what to type; of several inputs their row says it."""
        return "" if self.field.part.name else self.field.spec.where

    @property
    def counted(self) -> Counted | None:
        """Its lengths, for a hint while nothing is sent yet."""
        return self.field.part.counted

    @property
    def span(self) -> str:
        """How much of a row it takes."""
        return self.field.part.span

    @property
    def is_code(self) -> bool:
        """Whether it is read character by character, and so written large."""
        return self.field.spec.kind.is_code


class PartField(forms.Field):
    """One input. It only carries the text: its type judges it, together with the other parts."""

    bound_field_class = Input

    def __init__(self, spec: FieldSpec, part: Part) -> None:
        self.spec, self.part = spec, part
        super().__init__(
            label=str(part.label or spec.label),
            required=spec.required and part.needed,
            widget=_widget(part),
            help_text="" if part.name else spec.help,
        )

    def clean(self, value: Any) -> str:
        # Also what is required is judged by the type, which has better words for it.
        return value if isinstance(value, str) else ""

    def bound_data(self, data: Any, initial: Any) -> Any:
        """What was typed; once it is good, in groups, as it will be stored."""
        if not isinstance(self.spec.kind, OneInput):
            return data
        try:
            return self.spec.kind.shown(self.spec.kind.clean(data))
        except ValidationError:
            return data

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        counted = self.part.counted
        if counted is None:
            return {}
        limits = {"data-least": counted.least, "data-most": counted.most}
        return {**limits, "data-short": counted.short, "data-long": counted.long}


def _widget(part: Part) -> forms.Widget:
    attrs = dict(part.attrs)
    if part.shape == "lines":
        return forms.Textarea(attrs)
    if part.shape == "line":
        return forms.TextInput(attrs)
    first = ("", _("Choose …"))
    options = [(name, name) for name in part.options]
    grouped = [
        (group.name, [(name, name.removeprefix(group.name + WITHIN)) for name in group.items]) for group in part.groups
    ]
    return forms.Select(attrs, choices=[first, *options, *grouped])
