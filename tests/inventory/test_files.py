"""Reading files: what a cell held is kept exactly, and what a spreadsheet destroyed is named instead of taken."""

import datetime as dt
from typing import Any

import pytest

from shop.inventory import files, parse, tables
from shop.inventory.parse import Bad, Problem
from shop.inventory.tables import Layout
from tests.inventory.books import Sheets, xlsx


def found(raw: bytes, name: str = "keys.xlsx", sheet: str = "") -> parse.Sorted:
    """What is taken of the file when nobody changes a guess."""
    file = files.read(raw, name=name, sheet=sheet)
    table = tables.read(file.text, file.divider)
    return parse.sort(tables.candidates(table, tables.layout_of(table)))


class TestWorkbooks:
    def test_the_column_that_is_called_so_is_taken_and_its_heading_is_not(self) -> None:
        sheet: list[list[Any]] = [["库存表"], [], ["序号", "卡密", "面值"], [1, "AAAA-1111", 50], [2, "=BBBB"[1:], 50]]
        assert found(xlsx({"库存": sheet})).secrets == {"AAAA-1111": 4, "BBBB": 5}

    def test_without_a_heading_it_is_the_column_that_differs_most(self) -> None:
        sheet: list[list[Any]] = [[n, f"KEY-{n:08}", "50 元"] for n in range(1, 9)]
        assert list(found(xlsx({"A": sheet})).secrets)[:2] == ["KEY-00000001", "KEY-00000002"]

    def test_number_and_password_of_a_card_are_one_secret(self) -> None:
        sheet: list[list[Any]] = [["卡号", "密码"], ["1001", "p w"], ["1002", None], [None, None], ["1003", "x"]]
        told = found(xlsx({"A": sheet}))
        assert told.secrets == {"1001 p w": 2, "1003 x": 5}
        assert told.bad == [Bad(3, Problem.MISSING)]

    def test_numbers_are_kept_as_far_as_the_spreadsheet_kept_them(self) -> None:
        sheet: list[list[Any]] = [["卡密"], [123456789012345], [12.0], [7], [1234567890123456], [1.5], [True]]
        told = found(xlsx({"A": sheet}, formats={"A4": "0000"}))
        assert told.secrets == {"123456789012345": 2, "12": 3, "0007": 4}
        assert told.bad == [Bad(line, Problem.SPOILED) for line in (5, 6, 7)]

    def test_dates_formulas_and_errors_are_refused(self) -> None:
        sheet: list[list[Any]] = [["卡密"], ["AAAA-1111"], [dt.date(2026, 5, 1)], ["=1+1"], ["#N/A"], [dt.time(3, 4)]]
        told = found(xlsx({"A": sheet}))
        assert told.secrets == {"AAAA-1111": 2}
        assert told.bad == [Bad(line, Problem.SPOILED) for line in (3, 4, 5, 6)]

    @pytest.mark.parametrize("secret", ["1%0A2", "a+b", "007", '"q"', "a,b;c|d", "'x", "卡 号", "x\\n"])
    def test_text_stays_what_it_is(self, secret: str) -> None:
        assert list(found(xlsx({"A": [["卡密", "面值"], [secret, 1]]})).secrets) == [secret]

    def test_a_cell_of_two_lines_is_no_secret(self) -> None:
        assert found(xlsx({"A": [["卡密", "面值"], ["one\ntwo", 1]]})).bad == [Bad(2, Problem.INVISIBLE, "U+000A")]

    def test_a_sheet_can_be_named(self) -> None:
        sheets: Sheets = {"说明": [["请看下一页"]], "库存": [["卡密"], ["A-1"]]}
        assert found(xlsx(sheets), sheet="库存").secrets == {"A-1": 2}
        assert files.read(xlsx(sheets), name="x").sheets == ["说明", "库存"]
        with pytest.raises(parse.Unreadable, match="说明, 库存"):
            files.read(xlsx(sheets), name="x", sheet="Sheet9")

    def test_more_rows_than_one_import_takes_are_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("shop.inventory.workbook.MOST_LINES", 3)
        assert len(found(xlsx({"A": [["A1"], ["A2"], ["A3"]]})).secrets) == 3
        with pytest.raises(parse.Unreadable):
            found(xlsx({"A": [["A1"], ["A2"], ["A3"], ["A4"]]}))


class TestCsv:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
    @pytest.mark.parametrize("divider", [",", ";", "\t"])
    def test_it_is_divided_as_it_is_divided(self, divider: str, encoding: str) -> None:
        rows = [["编号", "激活码", "备注"], ["1", '"A ""x"" B"', "好"], ["2", "=1+1", ""]]
        raw = "\r\n".join(divider.join(row) for row in rows).encode(encoding)
        assert found(raw, "keys.csv").secrets == {'A "x" B': 2, "=1+1": 3}

    def test_a_quoted_cell_may_hold_what_divides(self) -> None:
        assert found(b'key,v\n"A,B",1\n"C,D",2', "keys.csv").secrets == {"A,B": 2, "C,D": 3}

    def test_one_column_in_quotes_loses_them(self) -> None:
        assert list(found(b'"A,1"\n"B,2"\n', "keys.csv").secrets) == ["A,1", "B,2"]

    def test_commas_of_a_text_file_divide_nothing(self) -> None:
        assert list(found(b"a,1\nb,2\n", "keys.txt").secrets) == ["a,1", "b,2"]

    def test_what_a_spreadsheet_rounded_before_saving_is_refused(self) -> None:
        told = found("卡号,密码\n1.23457E+15,abc\n1001,def".encode(), "keys.csv")
        assert told.secrets == {"1001 def": 3}
        assert told.bad == [Bad(2, Problem.SPOILED)]

    def test_quotes_that_do_not_match_are_said_with_their_line(self) -> None:
        with pytest.raises(parse.Unreadable, match="3"):
            tables.read('a,b\nc,d\n"e"x,f\n', "comma")

    def test_other_columns_can_be_chosen(self) -> None:
        table = tables.read("1,A,x\n2,B,y", "comma")
        assert tables.candidates(table, Layout((2,))) == ["x", "y"]
        assert tables.candidates(table, Layout((1, 2), glue="----", heading=True)) == ["", "B----y"]
