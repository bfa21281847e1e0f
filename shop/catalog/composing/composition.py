"""Several fields in order, as they stand in the page's form, and what its buttons do to them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from kameng.lib.inputs.library import TYPES
from kameng.lib.inputs.specs import MOST_FIELDS, FieldSpec, good_key
from shop.catalog.composing.fields import FieldForm

#: Names the fields in order by their keys; everything else of a field begins with its key.
ROW, TYPE = "row", "type"


class Broken(Exception):
    """The form did not arrive as the page sends it."""


def known(fields: Any) -> list[Mapping[str, Any]]:
    """Those of the stored fields whose key and type are some; what else is stored is no field any more."""
    given = fields if isinstance(fields, list) else []
    return [
        each for each in given if isinstance(each, Mapping) and good_key(each.get("key")) and str(each.get("type")) in TYPES
    ]


class Composition:
    """Fields that are being composed. Those that were sent are judged when `specs` or `wrong` is asked for."""

    def __init__(self, rows: Sequence[FieldForm]) -> None:
        self.rows = list(rows)

    @classmethod
    def stored(cls, fields: Any) -> "Composition":
        """Of the JSON that a SKU keeps."""
        return cls([FieldForm.stored(each) for each in known(fields)])

    @classmethod
    def sent(cls, data: QueryDict, before: Any) -> "Composition":
        """What was sent for a SKU that keeps `before`; raises Broken for what no page sends."""
        keys = data.getlist(ROW)
        fixed = {each["key"]: each["type"] for each in known(before)}
        if len(keys) > MOST_FIELDS or len(set(keys)) < len(keys) or not all(map(good_key, keys)):
            raise Broken
        kinds = {key: data.get(f"{key}-{TYPE}", "") for key in keys}
        if any(kind not in TYPES or fixed.get(key, kind) != kind for key, kind in kinds.items()):
            raise Broken
        return cls([FieldForm(key, TYPES[kind], data) for key, kind in kinds.items()])

    @property
    def full(self) -> bool:
        return len(self.rows) >= MOST_FIELDS

    @property
    def specs(self) -> list[FieldSpec]:
        """The fields that are right, in order."""
        self._judge()
        return [row.spec for row in self.rows if row.spec is not None]

    @property
    def wrong(self) -> bool:
        """Whether something is wrong with one of them."""
        return len(self.specs) < len(self.rows)

    @property
    def problems(self) -> Iterator[tuple[str, str]]:
        """What is wrong, by the id of the input that it stands beside."""
        self._judge()
        for number, row in enumerate(self.rows, start=1):
            for name, messages in row.errors.items():
                at = row[name] if name in row.fields else row["label"]
                for said in messages:
                    told = {"number": number, "name": row.named, "input": at.label, "said": said}
                    yield at.id_for_label or at.auto_id, _("%(number)s · %(name)s, %(input)s: %(said)s") % told

    @property
    def unjudged(self) -> "Composition":
        """The same with what was typed, and without a word about it."""
        return Composition([row.unjudged for row in self.rows])

    @property
    def judged(self) -> "Composition":
        """The same as if it had been sent."""
        return Composition([row.judged for row in self.rows])

    def add(self, name: str) -> FieldForm:
        """Put a new field of this type behind the others and return it; raises Broken where there is no such type."""
        if name not in TYPES or self.full:
            raise Broken
        row = FieldForm.new(TYPES[name], self._free_label(name))
        self.rows.append(row)
        return row

    def remove(self, key: str) -> FieldForm | None:
        """Take a field out and return it; None where there is none."""
        gone = next((row for row in self.rows if row.key == key), None)
        self.rows = [row for row in self.rows if row is not gone]
        return gone

    def move(self, key: str, by: int) -> FieldForm | None:
        """Move a field up (negative) or down and return it; at the end it stays. None where there is none."""
        at = next((number for number, row in enumerate(self.rows) if row.key == key), None)
        if at is None:
            return None
        row = self.rows.pop(at)
        self.rows.insert(max(0, at + by), row)
        return row

    def _free_label(self, name: str) -> str:
        label = FieldForm.new(TYPES[name], "").title
        taken = {row.named for row in self.rows}
        numbered = (f"{label} {number}" for number in range(2, MOST_FIELDS + 2))
        return label if label not in taken else next(each for each in numbered if each not in taken)

    def _judge(self) -> None:
        seen: dict[str, int] = {}
        for number, row in enumerate(self.rows, start=1):
            if row.spec is None:
                continue
            first = seen.setdefault(row.spec.label, number)
            if first != number:
                row.add_error("label", _("Field %(number)s is called so already.") % {"number": first})
                row.spec = None
