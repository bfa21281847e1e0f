"""How templates show money, time and state. Money is integer minor units; times are aware datetimes or seconds."""

import datetime as dt
import re
from typing import Any, NamedTuple

from babel.numbers import get_currency_precision
from django import template
from django.conf import settings
from django.forms import BoundField, CheckboxInput, RadioSelect, Select, Textarea
from django.utils.functional import Promise
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kameng.lib import ids, rail, times
from kameng.lib import money as amounts
from kameng.lib.inputs.stored import as_used

register = template.Library()

register.filter("duration", times.duration)
register.filter("countdown", times.countdown)
register.filter("clock_time", times.clock_time)
register.filter("day_time", times.day_time)
register.filter("full_time", times.full_time)
register.filter("order_number", ids.shown)
register.filter("as_used", as_used)
register.simple_tag(rail.rail, name="rail")


class MoneyParts(NamedTuple):
    """An amount cut for display: a small symbol, large units, small cents (with their separator)."""

    before: str
    whole: str
    cents: str
    after: str


class Look(NamedTuple):
    """How a state is shown: never by colour alone."""

    classes: str
    icon: str
    label: str | Promise


LOOKS: dict[str, Look] = {
    "unpaid": Look("badge badge-outline", "wallet", _("To be paid")),
    "paid": Look("badge badge-soft badge-primary", "check", _("Paid")),
    "verifying": Look("badge badge-soft badge-primary", "shield", _("Checking")),
    "waiting": Look("badge badge-soft badge-warning", "hourglass", _("Waiting")),
    "sending": Look("badge badge-soft badge-primary", "zap", _("Sending")),
    "shipped": Look("badge badge-soft badge-primary", "truck", _("Shipped")),
    "delivered": Look("badge badge-primary", "check", _("Delivered")),
    "done": Look("badge badge-soft badge-neutral", "circle-check", _("Completed")),
    "refunding": Look("badge badge-outline", "return", _("Refunding")),
    "refunded": Look("badge badge-soft badge-info", "return", _("Refunded")),
    "closed": Look("badge badge-soft badge-neutral", "ban", _("Closed")),
}
BUTTONS = {
    "primary": "btn btn-primary",
    "outline": "btn btn-outline bg-base-100",
    "neutral": "btn btn-neutral",
    "quiet": "btn btn-quiet",
    "error": "btn btn-error",
}
BUTTON_SIZES = {"": "", "lg": " btn-lg", "sm": " btn-sm"}
NOTE_ICONS = {"": "info", "jade": "shield", "info": "info", "amber": "warning", "seal": "alert"}
#: Of a row of six columns.
SPANS = {"full": "col-span-6", "half": "col-span-3", "third": "col-span-3 sm:col-span-2"}
PIPE_ICONS = {"done": "check", "now": "hourglass", "todo": "box", "skip": "x", "back": "return"}


@register.filter
def money(minor: int | None, currency: str = "") -> str:
    """Minor units as people of the active language read them; empty for None."""
    return "" if minor is None else amounts.shown(minor, currency or None)


@register.filter
def money_parts(minor: int, currency: str = "") -> MoneyParts:
    """The same amount in four pieces, for large display."""
    text = amounts.shown(minor, currency or None)
    digits = get_currency_precision(currency or settings.CURRENCY)
    cents = rf"([.,]\d{{{digits}}})" if digits else "()"
    found = re.fullmatch(rf"(\D*)(\d.*?){cents}(\D*)", text)
    return MoneyParts("", text, "", "") if found is None else MoneyParts(*found.groups())


@register.filter
def exact(text: str) -> SafeString:
    """Escaped so that a browser reads back every character: a bare carriage return would be parsed as a line feed."""
    return format_html_join(mark_safe("&#13;"), "{}", ((part,) for part in text.split("\r")))


@register.filter
def millis(value: int | None) -> float | None:
    """Milliseconds as seconds, for `duration`."""
    return None if value is None else value / 1000


@register.filter
def until(deadline: dt.datetime, now: dt.datetime) -> float:
    """Seconds from now to the deadline."""
    return (deadline - now).total_seconds()


@register.filter
def epoch(moment: dt.datetime) -> int:
    """Seconds since 1970, for clocks that tick in the browser."""
    return int(moment.timestamp())


@register.filter
def look(state: str) -> Look:
    """Classes, icon and word of an order state; raises KeyError for a state without a look."""
    return LOOKS[state]


@register.filter
def clock_face(seconds: float) -> SafeString:
    """The countdown with its colons marked, so that they can be drawn lighter."""
    return format_html_join(mark_safe("<b>:</b>"), "{}", ((part,) for part in times.countdown(seconds).split(":")))


@register.filter
def button_class(variant: str, size: str = "") -> str:
    """The classes of a button; raises KeyError for one the style guide does not have."""
    return BUTTONS[variant] + BUTTON_SIZES[size]


@register.filter
def note_icon(tone: str) -> str:
    """The icon of a note."""
    return NOTE_ICONS[tone]


@register.filter
def span_class(span: str) -> str:
    """The classes of an input's width in its row."""
    return SPANS[span]


@register.filter
def pipe_icon(state: str) -> str:
    """The icon of a pipeline step."""
    return PIPE_ICONS[state]


@register.simple_tag
def html_lang() -> str:
    """The active language as browsers and fonts expect it: zh-Hans, en."""
    language = get_language() or "en"
    base, _dash, script = language.partition("-")
    return f"{base}-{script.capitalize()}" if len(script) == 4 else language


@register.simple_tag
def control(field: BoundField, **attrs: Any) -> SafeString:
    """The field's widget with our classes, tied to its help (`help=True` for a help of the template's) and errors."""
    helped = bool(attrs.pop("help", "") or field.help_text or getattr(field, "example", ""))
    given = {name.replace("_", "-"): value for name, value in attrs.items() if value not in ("", None)}
    given["class"] = _control_class(field)
    described = [f"{field.auto_id}_help"] if helped else []
    if field.errors:
        given["aria-invalid"] = "true"
    # Where lengths are counted, the script of the page says there what is missing.
    if field.errors or getattr(field, "counted", None):
        described.append(f"{field.auto_id}_error")
    if described:
        given["aria-describedby"] = " ".join(described)
    return field.as_widget(attrs=given)


def _control_class(field: BoundField) -> str:
    by_shape = {"tick": "checkbox checkbox-primary", "choice": "radio radio-primary", "select": "select", "text": "textarea"}
    shape = field_shape(field)
    framed = f" {field_state(field)}" if shape in {"select", "text"} and field_state(field) else ""
    return by_shape.get(shape, "grow min-w-0") + framed


@register.filter
def field_state(field: BoundField) -> str:
    """The class of an input's frame: wrong, good, or neither."""
    if field.errors:
        return "input-error"
    return "input-ok" if getattr(field, "ok", False) else ""


@register.filter
def field_shape(field: BoundField) -> str:
    """How a field is laid out: tick, choice, select, text (several lines), hidden or line."""
    widget = field.field.widget
    if widget.is_hidden:
        return "hidden"
    shapes = ((CheckboxInput, "tick"), (RadioSelect, "choice"), (Select, "select"), (Textarea, "text"))
    return next((shape for kind, shape in shapes if isinstance(widget, kind)), "line")
