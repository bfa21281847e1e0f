"""Numbers of forms whose unit nobody has in mind are read back in words beside them: 7200 is “= 2 h”, 500 “= 5 %”."""

import json

from django.forms import Form, ModelForm
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kameng.lib import times

#: More digits than any column holds are not read.
DIGITS = 10


def percent(hundredths: float) -> str:
    """500 hundredths of a percent are 5 %."""
    return f"{hundredths / 100:g} %"


#: Kind → what says it; the script of the admin says the same while somebody types.
KINDS = {"seconds": times.duration, "percent": percent}


def read_back(form: "Form | ModelForm", kind: str, *names: str) -> None:  # type: ignore[type-arg]
    """Put what is in these fields into words, behind their help texts; fields that the form does not have are left out."""
    for name in names:
        if name not in form.fields:
            continue
        bound = form[name]
        # The bound field has taken its help text from the field already.
        bound.help_text = form.fields[name].help_text = format_html(
            '{} <output for="{}" data-read-back="{}" data-words="{}">{}</output>',
            form.fields[name].help_text,
            bound.auto_id,
            kind,
            json.dumps(_units()),
            _said(kind, bound.value()),
        )


def _units() -> list[str]:
    days = [ngettext("%(n)d day", "%(n)d days", n) for n in (1, 2)]
    return [_("%(n)d s"), _("%(n)d min"), _("%(n)d h"), *days]


def _said(kind: str, value: object) -> str:
    text = str(value).strip()
    if not (text.isascii() and text.isdecimal() and len(text) <= DIGITS):
        return ""
    return f"= {KINDS[kind](int(text))}"
