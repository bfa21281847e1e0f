"""The forms of an admin page, and what a browser would send of them."""

from collections.abc import Iterator
from typing import Any


def forms_of(answer: Any) -> Iterator[Any]:
    """The form of the page's row, and those of the rows within it."""
    if "adminform" in answer.context:
        yield answer.context["adminform"].form
        for inline in answer.context["inline_admin_formsets"]:
            yield from (*inline.formset.forms, inline.formset.empty_form)


def typed(answer: Any) -> dict[str, Any]:
    """What the page's forms hold, as it would be sent unchanged."""
    if "adminform" not in answer.context:
        return {}
    sent = _held(answer.context["adminform"].form)
    for inline in answer.context["inline_admin_formsets"]:
        sent |= _held(inline.formset.management_form)
        for form in inline.formset.forms:
            sent |= _held(form)
    return sent


def refused(answer: Any) -> list[str]:
    """What the page found wrong; empty when it saved."""
    if answer.status_code == 302:
        return []
    return [str(form.errors) for form in forms_of(answer) if form.is_bound and form.errors] or [
        f"answered {answer.status_code}"
    ]


def _held(form: Any) -> dict[str, Any]:
    values = {field.html_name: field.value() for field in form if not field.field.disabled}
    return {
        name: "on" if value is True else value for name, value in values.items() if value is not None and value is not False
    }
