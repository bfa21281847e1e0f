"""The form of a composed recipient: what buyers type, and what is stored of it."""

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property

from kameng.lib.inputs.base import OneInput, Typed, Value
from kameng.lib.inputs.fields import Input, PartField
from kameng.lib.inputs.specs import FieldSpec
from kameng.lib.inputs.stored import Line, Stored, stored_as, summary

PREFIX = "to"


@dataclass(frozen=True)
class Row:
    """A field on the page with its inputs."""

    spec: FieldSpec
    inputs: tuple[Input, ...]

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
        """Names exactly these values and what they were called. A tick that sends it back confirms them, and nothing typed
        since; nor what the merchant has made another field meanwhile."""
        self.is_valid()
        read = [[spec.key, spec.label, spec.kind.name, self.values.get(spec.key)] for spec in self.specs]
        told = json.dumps(read, ensure_ascii=False, sort_keys=True)
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
                yield stored_as(spec, value)

    def _typed(self, spec: FieldSpec) -> Typed:
        parts = {part.name: self.cleaned_data.get(_name(spec, part.name), "") for part in spec.kind.parts()}
        return parts[""] if isinstance(spec.kind, OneInput) else parts

    def _refuse(self, spec: FieldSpec, error: ValidationError) -> None:
        by_part = error.error_dict if hasattr(error, "error_dict") else {spec.kind.parts()[0].name: [error]}
        for part, errors in by_part.items():
            self.add_error(_name(spec, part), errors)

    def _initial(self, values: Mapping[str, Value]) -> Iterator[tuple[str, str]]:
        for spec in self.specs:
            try:
                value = spec.kind.clean(values.get(spec.key, ""))
            except ValidationError:
                # Not given, or the merchant has changed the field since.
                continue
            yield from ((_name(spec, part), text) for part, text in spec.kind.typed(value).items())


def _name(spec: FieldSpec, part: str) -> str:
    return f"{spec.key}-{part}" if part else spec.key
