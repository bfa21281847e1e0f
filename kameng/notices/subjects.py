"""The rows that alarms are about. A subject says `kind:key`; rooms above tell which model a kind is, and how it is found."""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import capfirst

from kameng.lib import ids
from kameng.notices.kinds import AlarmKind
from kameng.notices.models import Alarm
from kameng.tasks.models import FailingRow

_MODELS: dict[str, tuple[type[Model], str]] = {}
#: A reference of this length is read by its beginning.
LONG = 32


def names(kind: str, model: type[Model], field: str = "pk") -> None:
    """Alarms about `kind:<value>` are about the row of this model whose field has the value."""
    _MODELS[kind] = (model, field)


def in_words(alarm: Alarm) -> str:
    """Order line 17, payment 29B0-8CC4-B941; what nobody named as it is."""
    found = _model(alarm)
    if found is None:
        return alarm.subject
    model, where = found
    key = " ".join(map(str, where.values()))
    return f"{capfirst(str(model._meta.verbose_name))} {ids.short(key) if len(key) == LONG else key}"


def address(alarm: Alarm, request: HttpRequest) -> str:
    """Where the admin shows the row; empty where there is none (any more), or none that this person may open. One query."""
    found = _model(alarm)
    page: Any = admin.site._registry.get(found[0]) if found else None
    if found is None or page is None or not page.has_view_permission(request):
        return ""
    row = page.get_queryset(request).filter(**found[1]).first()
    meta = found[0]._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk]) if row else ""


def may_be_opened(alarm: Alarm, request: HttpRequest) -> bool:
    """This person may see rows of this kind at all; no query."""
    found = _model(alarm)
    page = admin.site._registry.get(found[0]) if found else None
    return page is not None and page.has_view_permission(request)


def _model(alarm: Alarm) -> tuple[type[Model], dict[str, Any]] | None:
    """The model, and by what its row is found."""
    kind, _colon, rest = alarm.subject.partition(":")
    # A message about a line is named by the line and the event.
    key = rest.partition(":")[0]
    if alarm.kind == AlarmKind.ROW_FAILS:
        return (FailingRow, {"controller": kind, "row": int(key)}) if _is_key(key) else None
    if kind not in _MODELS or not key:
        return None
    model, field = _MODELS[kind]
    return (model, {field: key}) if field != "pk" or _is_key(key) else None


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19
