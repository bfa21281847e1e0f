"""Forms of the stock's admin pages."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables
from unfold.widgets import (
    TEXTAREA_CLASSES,
    UnfoldAdminFileFieldWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from kameng.lib import crypto
from shop.catalog.models import Sku
from shop.inventory import parse, tables
from shop.inventory.described import told_apart

TEXT_CLASSES = " ".join(["km-secret", *TEXTAREA_CLASSES])


@sensitive_variables()
def settle(data: QueryDict, *, described: bool = False) -> None:
    """Put guesses into the form's data where it does not say yet how its text is to be read."""
    text = data.get("text", "")
    if data.get("divider") in dict(DIVIDED[1:]) or len(text) > parse.LARGEST_TEXT:
        return
    guess(data, tables.divider_of(text, table=False), described=described)


@sensitive_variables()
def guess(data: QueryDict, divider: str, *, described: bool = False) -> None:
    """Put into the form's data how a text that is so divided is to be read."""
    data["divider"] = divider
    try:
        layout = tables.layout_of(tables.read(data.get("text", ""), divider), described=described)
    except parse.Unreadable:
        # Reading it for the form will say so.
        return
    data.setlist("columns", [str(n) for n in layout.secret])
    data["description"] = "" if layout.description is None else str(layout.description)
    data["heading"] = "on" if layout.heading else ""


def secrets_box(rows: int) -> forms.Textarea:
    """Where secrets are typed, one a line: nothing is suggested, corrected or remembered there."""
    quiet = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "off"}
    # Django's own: the theme's drops an empty first line, and with it the numbers of the others.
    return forms.Textarea(attrs={"rows": rows, "class": TEXT_CLASSES, **quiet})


DIVIDED = [
    ("", _("recognise it")),
    (tables.LINES, _("One secret a line")),
    ("tab", _("tabs, as in a spreadsheet")),
    ("comma", _("commas")),
    ("semicolon", _("semicolons")),
    ("bar", _("upright bars")),
]
GLUES = [(" ", _("a space")), ("----", "----"), (",", _("a comma")), (":", _("a colon"))]


class Columns(forms.MultipleChoiceField):
    """Numbers of columns; which there are is known only once the text was read."""

    def valid_value(self, value: str) -> bool:
        return value.isascii() and value.isdigit() and len(value) <= 3


class ImportForm(forms.Form):
    """A text to import: pasted, or read from a file and shown as if it had been pasted.

    The text travels in this form from preview to confirmation and is kept nowhere between the two.
    """

    sku = forms.ModelChoiceField(label=_("SKU"), queryset=Sku.objects.none(), widget=UnfoldAdminSelectWidget())
    text = forms.CharField(
        label=_("secrets"),
        required=False,
        strip=False,
        widget=secrets_box(rows=12),
        help_text=_(
            "One a line. Nothing is decoded or changed in them. Where buyers choose one (accounts from stock), each line"
            " begins with its public description, then a tab or ' ==== ', then the secret."
        ),
    )
    file = forms.FileField(
        label=_("or a file"),
        required=False,
        allow_empty_file=True,
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".txt,.csv,.tsv,.xlsx,text/plain,text/csv"}),
        help_text=_("Text, CSV (UTF-8, UTF-16 or GB18030) or .xlsx; at most 10 MiB and 100,000 lines."),
    )
    sheet = forms.CharField(
        label=_("sheet"),
        required=False,
        max_length=64,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"}),
        help_text=_("Of a workbook with several; empty for the first one."),
    )
    divider = forms.ChoiceField(
        label=_("columns are divided by"), required=False, choices=DIVIDED, widget=UnfoldAdminSelectWidget()
    )
    columns = Columns(label=_("secret"), required=False)
    description = forms.RegexField(r"^[0-9]{1,3}$", label=_("public description"), required=False)
    glue = forms.ChoiceField(label=_("joined by"), required=False, choices=GLUES, widget=UnfoldAdminSelectWidget())
    heading = forms.BooleanField(label=_("the first row names the columns"), required=False, widget=UnfoldBooleanWidget())
    keep_space = forms.BooleanField(
        label=_("keep white space around secrets"),
        required=False,
        widget=UnfoldBooleanWidget(),
        help_text=_("Spaces at the beginning and the end of a line are no part of a secret unless this is ticked."),
    )
    source = forms.CharField(required=False, max_length=120, widget=forms.HiddenInput())
    checked = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput())

    def __init__(self, *args: Any, skus: QuerySet[Sku], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.table: tables.Table | None = None
        self.layout: tables.Layout | None = None
        self.fields["sku"].queryset = skus.select_related("listing__merchant")  # type: ignore[attr-defined]

    @sensitive_variables()
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        try:
            self.table = self._table(cleaned)
        except parse.Unreadable as error:
            self.add_error("text", error.message)
            return cleaned
        self.layout = self._layout(self.table, cleaned)
        found = tables.candidates(self.table, self.layout)
        if self.described and self.layout.description is None:
            found = [told_apart(line, keep_space=cleaned.get("keep_space", False)) for line in found]
        cleaned["candidates"] = found
        if not any(cleaned["candidates"]) and not self.has_error("file"):
            self.add_error("text", _("There is nothing to import yet."))
        return cleaned

    @sensitive_variables()
    def _table(self, cleaned: dict[str, Any]) -> tables.Table:
        text, keep_space = cleaned.get("text", ""), cleaned.get("keep_space", False)
        return tables.read(text, cleaned.get("divider") or tables.LINES, keep_space=keep_space)

    @sensitive_variables()
    def _layout(self, table: tables.Table, cleaned: dict[str, Any]) -> tables.Layout:
        """As chosen; columns that are not there (any more) are guessed anew."""
        guessed = tables.layout_of(table, described=self.described)
        said = cleaned.get("description") or ""
        description = int(said) if said and int(said) < table.width else guessed.description
        if guessed.description is None:
            description = None
        chosen = tuple(n for n in map(int, cleaned.get("columns", [])) if n < table.width and n != description)
        secret = chosen or tuple(n for n in guessed.secret if n != description) or guessed.secret
        return tables.Layout(secret, cleaned.get("glue") or " ", cleaned.get("heading", False), description)

    @property
    def described(self) -> bool:
        """Each line has a public description: buyers choose one of the SKU's units."""
        sku = self.cleaned_data.get("sku")
        return bool(sku and sku.by_unit)

    @property
    def plain_fields(self) -> list[forms.BoundField]:
        """What is asked before anything was read; the rest stands beside what was found."""
        return [field for field in self if field.name not in ("divider", "columns", "description", "glue", "heading")]

    @property
    def shown_columns(self) -> list[tuple[tables.Column, bool, bool]]:
        """The columns of a table with samples, and whether each is a part of the secret, or the public description.

        None for a list of lines.
        """
        if self.table is None or self.layout is None or self.cleaned_data.get("divider", tables.LINES) == tables.LINES:
            return []
        found = tables.columns(self.table, heading=self.layout.heading)
        layout = self.layout
        return [(column, column.index in layout.secret, column.index == layout.description) for column in found]

    @sensitive_variables()
    def mark(self) -> str:
        """Names exactly what was looked at: confirming takes in this and nothing that was changed afterwards."""
        sku, candidates = self.cleaned_data["sku"], self.cleaned_data["candidates"]
        return crypto.fingerprint("\n".join(candidates).encode(), owner=f"preview:{sku.pk}")


class PiecesForm(forms.Form):
    """So many pieces more or less on the shelf of a SKU without secrets."""

    pieces = forms.IntegerField(
        label=_("pieces"),
        min_value=-1_000_000,
        max_value=1_000_000,
        widget=UnfoldAdminIntegerFieldWidget(attrs={"autocomplete": "off"}),
        help_text=_("Put on the shelf; with a minus, taken off."),
    )
    reason = forms.CharField(
        label=_("reason"),
        required=False,
        max_length=200,
        widget=UnfoldAdminTextInputWidget(),
        help_text=_("For the history."),
    )

    def clean_pieces(self) -> int:
        pieces: int = self.cleaned_data["pieces"]
        if not pieces:
            raise forms.ValidationError(_("Nothing would change."))
        return pieces


class WithdrawForm(forms.Form):
    """Typing the batch's number is what tells a decision from a slip."""

    number = forms.CharField(
        label=_("number of the batch"), widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"})
    )

    def __init__(self, *args: Any, expected: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.expected = str(expected)

    def clean_number(self) -> str:
        number: str = self.cleaned_data["number"].strip().lstrip("#")
        if number != self.expected:
            raise forms.ValidationError(_("This is not the number of the batch."))
        return number
