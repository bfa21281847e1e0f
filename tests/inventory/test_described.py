"""Accounts come in with a public description each, and none of them tells its secret."""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from kameng.audit.record import Actor
from kameng.lib import clock
from shop.catalog.models import Kind, Mode, Sku
from shop.inventory import files, parse, tables
from shop.inventory.by_parts import begin, rejects, take_next
from shop.inventory.described import divided, joined, sort, tells, told_apart
from shop.inventory.export import Part, as_text, as_workbook, export_batch
from shop.inventory.intake import import_batch, preview
from shop.inventory.models import Batch, StockUnit
from shop.inventory.parse import Problem
from tests import factories
from tests.admin.people import approves_export
from tests.factories import NOON

ACCOUNTS = Sku(kind=Kind.ACCOUNT, mode=Mode.AUTO)


@pytest.mark.parametrize(
    ("line", "said", "secret"),
    [
        ("60级 剑修 ==== shanhai60----p@ss", "60级 剑修", "shanhai60----p@ss"),
        ("Level 60\tmage----1", "Level 60", "mage----1"),
        ("two  spaces ==== mage----1", "two spaces", "mage----1"),
        ("first ==== a ==== b", "first", "a ==== b"),
        ("７０级（全皮） ==== mage----1", "70级（全皮）", "mage----1"),
        ("mail at outlook.com ==== bob@outlook.com----Zz12345x", "mail at outlook.com", "bob@outlook.com----Zz12345x"),
        ("x" * 200 + " ==== mage----1", "x" * 200, "mage----1"),
    ],
)
def test_good_lines(line: str, said: str, secret: str) -> None:
    found = sort(ACCOUNTS, [told_apart(line, keep_space=False)])
    assert (found.bad, found.secrets, found.said) == ([], {secret: 1}, {secret: said})


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("mage60----p@ss", Problem.UNDESCRIBED),
        (" ==== mage60----p@ss", Problem.UNDESCRIBED),
        ("Level 60 ====", Problem.MISSING),
        ("Lev\u200bel 60 ==== mage----1", Problem.ODD_DESCRIPTION),
        ("x" * 201 + " ==== mage----1", Problem.LONG_DESCRIPTION),
        ("it is mage60 ==== mage60----p@ss", Problem.TELLING),
        ("MAGE 60 ==== mage60----p@ss", Problem.TELLING),
        ("password Zz12345y ==== u1----Zz12345y", Problem.TELLING),
        ("starts with longpass ==== u1----longpassword", Problem.TELLING),
        ("abc ==== ABC", Problem.TELLING),
        ("Level 60 ==== ma\u200bge", Problem.INVISIBLE),
    ],
)
def test_bad_lines_say_why(line: str, problem: Problem) -> None:
    found = sort(ACCOUNTS, ["", told_apart(line, keep_space=False)])
    assert ([(bad.line, bad.problem) for bad in found.bad], found.secrets) == ([(2, problem)], {})


def test_a_word_that_both_use_is_no_part_of_the_secret() -> None:
    assert not tells("account level 60, password can be changed", "account: u1 password: pw")


def test_empty_lines_and_repeated_secrets_are_told_apart() -> None:
    found = sort(ACCOUNTS, ["", joined("One", "a----1"), joined("Two", "a----1"), ""])
    assert (found.said, [(bad.line, bad.problem) for bad in found.again]) == ({"a----1": "One"}, [(3, Problem.REPEATED)])
    assert found.bad == []


@pytest.mark.parametrize(
    ("name", "text", "lines"),
    [
        ("a.csv", "账号,密码,说明\nu1,p1,60级\n", [("60级", "u1 p1")]),
        ("a.csv", "description,secret\nLevel 60,mage----1\n", [("Level 60", "mage----1")]),
        ("a.csv", "Level 60,mage----1\nLevel 61,mage----2\n", [("Level 60", "mage----1"), ("Level 61", "mage----2")]),
        ("a.txt", "Level 60\tmage----1\nLevel 61\tmage----2\n", [("Level 60", "mage----1"), ("Level 61", "mage----2")]),
        ("a.csv", "title,key\n,mage----1\n", [("", "mage----1")]),
    ],
)
def test_columns_are_guessed_by_their_heading_or_by_their_order(name: str, text: str, lines: list[tuple[str, str]]) -> None:
    read = files.read(text.encode(), name=name)
    table = tables.read(read.text, read.divider)
    found = tables.candidates(table, tables.layout_of(table, described=True))
    assert [divided(line) for line in found if line] == lines


@pytest.mark.django_db
class TestStored:
    LINES = (
        joined("Level 60", "mage----1"),
        joined("Level 61", "mage----2"),
        "naked----3",
        joined("has mage60", "mage60----4"),
    )

    def test_the_preview_and_the_batch_agree_and_nothing_else_is_described(self) -> None:
        goods = factories.sku(kind=Kind.ACCOUNT)
        shown = preview(sku=goods, candidates=self.LINES)
        assert (shown.secrets, list(shown.said.values())) == (["mage----1", "mage----2"], ["Level 60", "Level 61"])
        assert [(bad.line, bad.problem) for bad in shown.skipped] == [(3, Problem.UNDESCRIBED), (4, Problem.TELLING)]
        batch = import_batch(sku=goods, secrets=self.LINES, source="x", user=None, now=NOON)
        assert (batch.new, batch.malformed) == (2, 2)
        assert said(batch) == ["Level 60", "Level 61"]
        plain = import_batch(sku=factories.sku(), secrets=["A ==== B"], source="x", user=None, now=NOON)
        assert (plain.new, said(plain)) == (1, [""])

    def test_in_parts_too_and_the_rejects_keep_both(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("shop.inventory.by_parts.PART", 1)
        intake = begin(sku=factories.sku(kind=Kind.ACCOUNT), candidates=self.LINES, source="x", user=None, now=NOON)
        while take_next(intake_id=intake.pk, now=NOON):
            pass
        intake.refresh_from_db()
        assert said(intake.batch) == ["Level 60", "Level 61"]
        left = rejects(intake=intake, actor=Actor("user:1", "owner"), now=NOON)
        assert [divided(line.text) for line in left] == [("", "naked----3"), ("has mage60", "mage60----4")]

    def test_the_export_has_both_and_comes_in_again_as_it_was(self) -> None:
        goods = factories.accounts({"Level 60": "mage----1", "Level 61": "mage----2"})
        batch, owner = Batch.objects.get(), factories.member("Olga")
        with clock.at(NOON):
            approves_export(batch, owner, "all")
        given = export_batch(batch=batch, part=Part.ALL, actor=Actor(owner.holder, "owner"), reason="r", now=NOON)
        text = as_text(given).decode()
        assert text == "Level 60\tmage----1\nLevel 61\tmage----2\n"
        again = sort(goods, [told_apart(line, keep_space=False) for line in parse.lines(text)])
        assert again.said == {"mage----1": "Level 60", "mage----2": "Level 61"}
        sheet = load_workbook(BytesIO(as_workbook(given))).worksheets[0]
        assert [(row[1].value, row[3].value) for row in list(sheet.rows)[1:]] == [
            ("mage----1", "Level 60"),
            ("mage----2", "Level 61"),
        ]


def said(batch: Batch) -> list[str]:
    return list(StockUnit.objects.filter(batch=batch).order_by("position").values_list("description", flat=True))
