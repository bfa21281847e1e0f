"""The form of a composed recipient: what buyers type, as Django form fields, and what is stored of it."""

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.forms.boundfield import BoundField
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from kameng.lib.inputs.base import OneInput, Part, Typed, Value
from kameng.lib.inputs.library import TYPES
from kameng.lib.inputs.said import Counted
from kameng.lib.inputs.specs import FieldSpec

PREFIX = "to"


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


@dataclass(frozen=True)
class Row:
    """A field on the page with its inputs."""

    spec: FieldSpec
    inputs: tuple["Input", ...]

    @property
    def many(self) -> bool:
        return len(self.inputs) > 1

    @property
    def name(self) -> str:
        """By what its help is found."""
        return f"id_{self.inputs[0].form.prefix}-{self.spec.key}"

    @property
    def headed(self) -> bool:
        """Whether its label stands above the inputs, whose own labels do not say what they are for."""
        return self.spec.kind.is_headed


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


class RecipientForm(forms.Form):
    """The inputs of these fields. `values` are stored values to begin with, by key: those of the last order, for instance.

    Names begin with the prefix, so that several forms, and fields of the page itself, can be sent together.
    """

    def __init__(
        self,
        specs: Sequence[FieldSpec],
        data: Mapping[str, Any] | None = None,
        *,
        values: Mapping[str, Value] | None = None,
        prefix: str = PREFIX,
    ) -> None:
        self.specs = tuple(specs)
        #: What was cleaned, by key; complete once the form is valid.
        self.values: dict[str, Value] = {}
        super().__init__(data, prefix=prefix, initial=dict(self._initial(values or {})))
        for spec in self.specs:
            for part in spec.kind.parts():
                self.fields[_name(spec, part.name)] = PartField(spec, part)

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """The fields in order, for templates."""
        return tuple(
            Row(spec, tuple(self[_name(spec, part.name)] for part in spec.kind.parts()))  # type: ignore[misc]
            for spec in self.specs
        )

    def clean(self) -> None:
        self.values = {}
        for spec in self.specs:
            try:
                value = spec.clean(self._typed(spec))
            except ValidationError as error:
                self._refuse(spec, error)
            else:
                if value is not None:
                    self.values[spec.key] = value

    def stored(self) -> list[Stored]:
        """What an order line keeps, in order, without what was left empty; raises ValueError unless the form is valid."""
        if not self.is_valid():
            raise ValueError("a recipient that is not valid is not stored")
        return list(self._stored())

    @property
    def summary(self) -> list[Line]:
        """What the buyer confirms: the values as stored, as far as they are good."""
        self.is_valid()
        return summary(list(self._stored()))

    @property
    def proof(self) -> str:
        """Names exactly these values. A tick that sends it back confirms them, and nothing typed since."""
        self.is_valid()
        told = json.dumps([[spec.key, self.values.get(spec.key)] for spec in self.specs], ensure_ascii=False, sort_keys=True)
        return base64.urlsafe_b64encode(hashlib.sha256(told.encode()).digest()[:18]).decode()

    @property
    def confirmed(self) -> bool:
        """Whether the buyer has confirmed these values."""
        return self.is_valid() and self.data.get(self.confirm_name) == self.proof

    @property
    def confirm_name(self) -> str:
        """The name of the tick that confirms. A field's key never has a dot."""
        return f"{self.prefix}.confirmed"

    def _stored(self) -> Iterator[Stored]:
        for spec in self.specs:
            if (value := self.values.get(spec.key)) is not None:
                shown = spec.kind.shown(value)
                yield Stored(key=spec.key, label=spec.label, type=spec.kind.name, value=value, shown=shown)

    def _typed(self, spec: FieldSpec) -> Typed:
        parts = {part.name: self.cleaned_data.get(_name(spec, part.name), "") for part in spec.kind.parts()}
        return parts[""] if isinstance(spec.kind, OneInput) else parts

    def _refuse(self, spec: FieldSpec, error: ValidationError) -> None:
        by_part = error.error_dict if hasattr(error, "error_dict") else {spec.kind.parts()[0].name: [error]}
        for part, errors in by_part.items():
            self.add_error(_name(spec, "" if part == NON_FIELD_ERRORS else part), errors)

    def _initial(self, values: Mapping[str, Value]) -> Iterator[tuple[str, str]]:
        for spec in self.specs:
            if (value := values.get(spec.key)) is not None:
                yield from ((_name(spec, part), text) for part, text in spec.kind.typed(value).items())


def summary(stored: Sequence[Stored]) -> list[Line]:
    """Lines to read and compare, of what an order line keeps."""
    return [Line(each["label"], *_groups(each)) for each in stored]


def _groups(stored: Stored) -> tuple[tuple[str, ...], bool]:
    kind = TYPES.get(stored["type"])
    if kind is None or not kind.is_code:
        return (stored["shown"],), False
    return tuple(stored["shown"].split(" ")), True


def _name(spec: FieldSpec, part: str) -> str:
    return f"{spec.key}-{part}" if part else spec.key


def _widget(part: Part) -> forms.Widget:
    attrs = dict(part.attrs)
    if part.shape == "lines":
        return forms.Textarea(attrs)
    if part.shape == "line":
        return forms.TextInput(attrs)
    first = ("", _("Choose …"))
    options = [(name, name) for name in part.options]
    grouped = [
        (group.name, [(name, name.removeprefix(f"{group.name} / ")) for name in group.items]) for group in part.groups
    ]
    return forms.Select(attrs, choices=[first, *options, *grouped])
