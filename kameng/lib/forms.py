"""Form fields of the house."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from kameng.lib import money


class MoneyField(forms.CharField):
    """Typed as `12.30`, cleaned to minor units (1230); None when empty and not required."""

    default_error_messages = {"money": _("Type an amount such as 12.30: digits, and a point before the decimals.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**({"max_length": 20} | kwargs))
        self.widget.attrs.update(inputmode="decimal", autocomplete="off")

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if text in self.empty_values:
            return None
        try:
            return money.parse(text)
        except money.NotMoney as error:
            raise ValidationError(self.error_messages["money"], code="money") from error

    def prepare_value(self, value: Any) -> Any:
        return money.decimal_text(value) if isinstance(value, int) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)
