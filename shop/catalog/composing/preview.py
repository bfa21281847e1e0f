"""What buyers will see of a composition: a page of the shop by itself, shown in a frame of the admin."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.template.loader import render_to_string

from kameng.lib.inputs.form import RecipientForm
from shop.catalog.composing.composition import Composition
from shop.catalog.composing.fields import FieldForm
from shop.catalog.models import Sku


@dataclass(frozen=True, slots=True)
class Shown:
    """One field: as buyers see it, or what keeps it from being seen."""

    number: int
    name: str
    form: RecipientForm | None
    said: list[str]


def preview(request: HttpRequest, sku: Sku, composition: Composition) -> str:
    """The page as HTML. Nothing in it can be sent, and no script runs in it."""
    judged = composition.judged
    wrong = judged.wrong
    shown = [
        Shown(number, row.named, RecipientForm([row.spec]) if row.spec else None, _said(row))
        for number, row in enumerate(judged.rows, start=1)
    ]
    return render_to_string("admin/catalog/sku/asks/preview.html", {"sku": sku, "shown": shown, "wrong": wrong}, request)


def _said(row: FieldForm) -> list[str]:
    return [str(message) for messages in row.errors.values() for message in messages]
