"""G5: nothing that somebody typed becomes a formula in an exported table."""

import csv
import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from kameng.lib.sheets import csv_text
from kameng.lib.textbooks import text_book
from tests import factories as f
from tests.members.test_wallet import credit, paid_from_wallet
from tests.tracking.visitors import signed_in


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r", "\0", "＝"])
def test_text_that_begins_like_a_formula_is_led_by_an_apostrophe(begin: str) -> None:
    text = f'{begin}HYPERLINK("x","a,b")'
    assert list(csv.reader(io.StringIO(csv_text([[text]])[1:], newline=""))) == [[f"'{text}"]]


@pytest.mark.parametrize("text", ["plain", 'with "quotes", commas', "two\r\nlines", "a=b", ""])
def test_other_text_comes_back_as_it_was(text: str) -> None:
    assert list(csv.reader(io.StringIO(csv_text([[text, "end"]])[1:], newline=""))) == [[text, "end"]]


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "＝"])
def test_cells_of_a_workbook_are_text_and_only_exact_ones_keep_such_a_beginning(begin: str) -> None:
    text = f'{begin}HYPERLINK("x")'
    (cells,) = load_workbook(io.BytesIO(text_book([[text, text]], exact={1}))).worksheets[0].iter_rows()
    assert [(cell.value, cell.data_type) for cell in cells] == [(f"'{text}", "s"), (text, "s")]


@pytest.mark.django_db
def test_a_product_named_like_a_formula_stays_text_in_the_wallets_export() -> None:
    alice = f.member("Alice")
    credit(alice, 20_000)
    paid_from_wallet(alice, '=HYPERLINK("http://x")')
    text = signed_in(alice).get(reverse("wallet_export")).content.decode("utf-8-sig")
    (payment, _gift) = csv.DictReader(io.StringIO(text))
    assert payment["About"].startswith("'=HYPERLINK")
    assert payment["Amount"] == "-98.00"
