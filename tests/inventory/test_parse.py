"""Reading a text: every byte of a secret is kept, every line that is none is named (security row G3)."""

import pytest

from shop.inventory import parse
from shop.inventory.parse import Bad, Problem

EXACT = ["1%0A2", "a+b", "=1+1", "007", "-1", "a----b----c", "卡号 12 密码 34", "x&amp;y", '"q"', "\\n"]


@pytest.mark.parametrize("secret", EXACT)
def test_a_secret_stays_what_it_is(secret: str) -> None:
    assert parse.lines(secret) == [secret]
    assert parse.sort([secret]).secrets == {secret: 1}


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
def test_every_end_of_line_divides(end: str) -> None:
    assert parse.lines(f"one{end}two{end}") == ["one", "two"]


def test_only_ends_of_lines_divide() -> None:
    assert parse.lines("one\x0btwo\u2028three") == ["one\x0btwo\u2028three"]


def test_a_byte_order_mark_is_no_part_of_the_first_secret() -> None:
    assert parse.lines(parse.decode(b"\xef\xbb\xbfABC")) == ["ABC"]
    assert parse.lines("\ufeffABC") == ["ABC"]


def test_a_file_of_a_chinese_windows_is_read() -> None:
    assert parse.decode("卡号一\r\n卡号二".encode("gb18030")) == "卡号一\r\n卡号二"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "gb18030"])
def test_a_file_is_read_in_the_encoding_that_it_has(encoding: str) -> None:
    assert parse.decode("卡号 1\r\nB".encode(encoding)) == "卡号 1\r\nB"


@pytest.mark.parametrize("raw", [b"MZ\0\0", "te\0xt".encode("utf-16"), "text".encode("utf-16-le"), b"\x81\xff\xff"])
def test_what_is_no_text_is_refused(raw: bytes) -> None:
    with pytest.raises(parse.Unreadable):
        parse.decode(raw)


def test_white_space_around_a_secret_goes_unless_it_is_to_be_kept() -> None:
    assert parse.lines(" A B \t\n\u3000C\u00a0") == ["A B", "C"]
    assert parse.lines(" A B \n", keep_space=True) == [" A B "]


@pytest.mark.parametrize("keep", [False, True])
def test_empty_lines_are_nothing_but_counted_as_lines(keep: bool) -> None:
    found = parse.sort(parse.lines("\nA\n \nB\n\n \nA\n", keep_space=keep))
    assert found.secrets == {"A": 2, "B": 4}
    assert found.bad == []
    assert found.again == [Bad(7, Problem.REPEATED)]


def test_repetitions_are_counted_and_the_order_is_kept() -> None:
    found = parse.sort(["B", "A", "B", "B"])
    assert list(found.secrets) == ["B", "A"]
    assert found.again == [Bad(3, Problem.REPEATED), Bad(4, Problem.REPEATED)]


@pytest.mark.parametrize("char", ["\u200b", "\u202e", "\x07", "\t", "\ufeff", "\x1f", "\ue000", "\u2029", "\ufffd"])
def test_a_character_that_cannot_be_seen_is_named(char: str) -> None:
    assert parse.sort(["A", f"B{char}C"]).bad == [Bad(2, Problem.INVISIBLE, f"U+{ord(char):04X}")]


def test_a_control_character_at_the_end_is_not_taken_for_white_space() -> None:
    assert parse.sort(parse.lines("A\x1f\nB")).bad == [Bad(1, Problem.INVISIBLE, "U+001F")]


def test_a_secret_has_at_most_4096_bytes() -> None:
    fits, longer = "卡" * 1365 + "x", "卡" * 1366
    found = parse.sort([fits, longer])
    assert list(found.secrets) == [fits]
    assert found.bad == [Bad(2, Problem.TOO_LONG)]


@pytest.mark.parametrize("secret", ["1.23457E+15", "1E+15", "-4.2e+20"])
def test_a_number_that_a_spreadsheet_rounded_is_refused(secret: str) -> None:
    assert parse.sort(["A", secret]).bad == [Bad(2, Problem.SPOILED)]


@pytest.mark.parametrize("secret", ["1E10", "12E-3", "A1.2E+15", "1234567890123456"])
def test_what_only_resembles_a_rounded_number_is_taken(secret: str) -> None:
    assert parse.sort([secret]).secrets == {secret: 1}


UNLIKE = [
    (["AAAA1", "BBBB\uff12", "CCCC3"], [Bad(2, Problem.WIDE)]),
    (["AAAA-1111", "BBBB-2222", "CC", "DDDD-4444"], [Bad(3, Problem.SHORT)]),
    (["AAAA1", "BBBB2", "card, key", "DDDD4"], [Bad(3, Problem.DIVIDED)]),
    (["AAAA-1111-2222", "A B", "CCCC-1111-2222"], [Bad(2, Problem.DIVIDED)]),
    (["card key", "card2 key2", "A,B,C"], []),
    (["AAAA", "BBB", "CCCCCC"], []),
    (["A"], []),
    ([], []),
]


@pytest.mark.parametrize(("secrets", "found"), UNLIKE)
def test_secrets_much_unlike_the_others_are_named(secrets: list[str], found: list[Bad]) -> None:
    assert parse.unlike(parse.sort(secrets).secrets) == found


def test_an_import_has_its_limits() -> None:
    assert len(parse.lines("x\n" * 100_000)) == 100_000
    with pytest.raises(parse.Unreadable):
        parse.lines("x\n" * 100_001)
    with pytest.raises(parse.Unreadable):
        parse.lines("卡" * (4 * 1024 * 1024))
    with pytest.raises(parse.Unreadable):
        parse.decode(b"x" * (10 * 1024 * 1024 + 1))
