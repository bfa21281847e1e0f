"""Numbers and addresses that machines read: what is typed, what is stored, and what is said of what is wrong."""

import pytest

from kameng.lib.inputs.codes import QQ
from kameng.lib.inputs.mail import Email
from kameng.lib.inputs.phones import MainlandPhone, Phone
from tests.lib.inputs_world import HONG_KONG, LETTERS, MARKED, ROLE, answer

pytestmark = [pytest.mark.once, pytest.mark.usefixtures("english")]

OTHER_SCRIPT = "Character %s is a digit of another script: %s. Type it as 0 to 9"


class TestARoleId:
    @pytest.mark.parametrize(
        ("typed", "stored"),
        [
            ("1082774365", "1082774365"),
            ("108277436", "108277436"),
            ("  1082 7743 65 ", "1082774365"),
            ("１０８２７７４３６５", "1082774365"),
            ("1082\u00a07743\u300065", "1082774365"),
            ("1082\t774365", "1082774365"),
            ("0000000001", "0000000001"),
        ],
    )
    def test_is_stored_without_what_only_groups_it(self, typed: str, stored: str) -> None:
        assert answer(ROLE, typed) == stored

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ("", "Please fill this in."),
            ("   ", "Please fill this in."),
            ("10827743", "1 missing: you typed 8, it takes 9 to 10"),
            ("1", "8 missing: you typed 1, it takes 9 to 10"),
            ("108277436555", "2 too many: you typed 12, it takes 9 to 10"),
            ("10o2774365", "Character 3 is not a digit: o. Is it a 0?"),
            ("108277436l", "Character 10 is not a digit: l. Is it a 1?"),
            ("10 8a 774365", "Character 4 is not a digit: a"),
            ("1082-7743-65", "Character 5 is not a digit: -"),
            ("UID:1082774365", "Character 1 is not a digit: U"),
            ("1082七74365", "Character 5 is not a digit: 七"),
            ("108277436é", "Character 10 is not a digit: é (U+00E9)"),
            ("108277436६", OTHER_SCRIPT % (10, "६ (U+096C)")),
            ("9" * 1001, "This is far too long: 1001 characters, where at most 1000 fit."),
        ],
    )
    def test_that_is_wrong_is_answered_with_what_and_where(self, typed: str, said: str) -> None:
        assert answer(ROLE, typed) == [said]

    def test_may_have_letters_whose_case_is_kept(self) -> None:
        assert answer(LETTERS, "aB3 dE") == "aB3dE"
        assert answer(LETTERS, "aB3_dE") == ["Character 4 is not a letter from A to Z or a digit: _"]
        assert answer(LETTERS, "раура1") == ["Character 1 is not a letter from A to Z or a digit: р (Cyrillic, U+0440)"]

    def test_may_have_marks_as_autocorrection_writes_them(self) -> None:
        assert answer(MARKED, "Zhang\u2013San_01") == "Zhang-San_01"
        assert answer(MARKED, "zhang.san") == ["Character 6 is not a letter from A to Z, a digit, _ or -: ."]

    def test_is_shown_in_groups_of_four_and_masked_but_for_its_ends(self) -> None:
        assert (ROLE.shown("1082774365"), ROLE.masked("1082774365")) == ("1082 7743 65", "10•••65")
        assert (MARKED.shown("Zhang-San_01"), MARKED.masked("ab_c")) == ("Zhang-San_01", "a•••")


class TestAMobileNumberOfMainlandChina:
    @pytest.mark.parametrize(
        "typed",
        [
            "13800138000",
            "138 0013 8000",
            "138-0013-8000",
            "+86 138 0013 8000",
            "+8613800138000",
            "0086 13800138000",
            "8613800138000",
            "(+86) 138.0013.8000",
            "＋８６ １３８００１３８０００",
        ],
    )
    def test_is_stored_as_eleven_digits(self, typed: str) -> None:
        assert answer(MainlandPhone(), typed) == "13800138000"

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ("138 0013 204", "1 missing: you typed 10"),
            ("+86 138 0013 204", "1 missing: you typed 10"),
            ("+86", "11 missing: you typed 0"),
            ("1380013800012", "2 too many: you typed 13"),
            ("138 0013 800o", "Character 11 is not a digit: o. Is it a 0?"),
            ("010 8888 6666", "This looks like a landline. A mobile number starts with 1"),
            ("23800138000", "A mobile number starts with 1, this one with 2"),
            ("12800138000", "No mobile number starts with 12. Please compare the first digits"),
            ("+852 5123 4567", "Only numbers of mainland China (+86) can be filled in here"),
        ],
    )
    def test_that_is_wrong_is_answered_with_what_and_where(self, typed: str, said: str) -> None:
        assert answer(MainlandPhone(), typed) == [said]

    def test_is_shown_and_masked_as_people_read_it(self) -> None:
        phone = MainlandPhone()
        assert (phone.shown("13800138000"), phone.masked("13800138000")) == ("138 0013 8000", "138•••8000")


class TestAPhoneNumberOfAnyCountry:
    @pytest.mark.parametrize(
        ("typed", "stored"),
        [
            ("+852 5123 4567", "+85251234567"),
            ("00852 5123 4567", "+85251234567"),
            ("+86 138 0013 8000", "+8613800138000"),
            ("+44 (0)20 7946 0958", "+442079460958"),
            ("+39 02 3661 8300", "+390236618300"),
            ("+1 (212) 555-0123", "+12125550123"),
            ("＋８１　９０－１２３４－５６７８", "+819012345678"),
        ],
    )
    def test_is_stored_as_machines_dial_it(self, typed: str, stored: str) -> None:
        assert answer(Phone(), typed) == stored

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ("13800138000", "Start with + and the country code: +86 for mainland China, +852 for Hong Kong"),
            ("+999 1234 5678", "No country code starts like +999"),
            ("+852 5123 456", "1 missing: you typed 7"),
            ("+852 5123 45678", "1 too many: you typed 9"),
            ("+852 1123 4567", "There is no such number in Hong Kong SAR China. Please compare each digit"),
            ("+1 555", "3 missing: you typed 4, it takes 7 to 15"),
            ("+86 1380 0138 0001 1111", "3 too many: you typed 18, it takes 7 to 15"),
            ("+852 5123 456a", "Character 11 is not a digit: a"),
            ("+852+51234567", "Character 4 is not a digit: +"),
        ],
    )
    def test_that_is_wrong_is_answered_with_what_and_where(self, typed: str, said: str) -> None:
        assert answer(Phone(), typed) == [said]

    def test_needs_no_country_code_where_there_is_one_country(self) -> None:
        assert answer(HONG_KONG, "5123 4567") == "+85251234567"
        assert answer(HONG_KONG, "5123 456") == ["1 missing: you typed 7"]

    def test_is_never_cut_to_a_number_that_somebody_has(self) -> None:
        assert answer(HONG_KONG, "51234567" * 3) == ["9 too many: you typed 24, it takes 7 to 15"]

    def test_may_be_of_some_countries_only(self) -> None:
        some = Phone(countries=("HK", "MO"))
        assert answer(some, "+853 6612 3456") == "+85366123456"
        assert answer(some, "+86 138 0013 8000") == [
            "This is a number of China. Only these are taken here: Hong Kong SAR China, Macao SAR China"
        ]

    def test_is_shown_as_its_country_writes_it_and_masked_in_the_middle(self) -> None:
        assert (Phone().shown("+85251234567"), Phone().masked("+85251234567")) == ("+852 5123 4567", "+852•••4567")


class TestAQQNumber:
    @pytest.mark.parametrize(
        ("typed", "stored"), [("10001", "10001"), ("123 4567 8901", "12345678901"), ("１００１２", "10012")]
    )
    def test_has_five_to_eleven_digits(self, typed: str, stored: str) -> None:
        assert answer(QQ(), typed) == stored

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ("1234", "1 missing: you typed 4, it takes 5 to 11"),
            ("123456789012", "1 too many: you typed 12, it takes 5 to 11"),
            ("012345", "A QQ number does not start with 0"),
            ("10001@qq.com", "Character 6 is not a digit: @"),
        ],
    )
    def test_that_is_wrong_is_answered_with_what_and_where(self, typed: str, said: str) -> None:
        assert answer(QQ(), typed) == [said]


class TestAnEMailAddress:
    @pytest.mark.parametrize(
        ("typed", "stored"),
        [
            ("bob@example.com", "bob@example.com"),
            ("  Bob.Smith+x@QQ.COM ", "Bob.Smith+x@qq.com"),
            ("ｂｏｂ＠ｑｑ．ｃｏｍ", "bob@qq.com"),
            ("bob@qq。com", "bob@qq.com"),
        ],
    )
    def test_is_stored_in_ascii_with_its_host_in_small_letters(self, typed: str, stored: str) -> None:
        assert answer(Email(), typed) == stored

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ("bob", "There is no @ in it. An address looks like name@qq.com."),
            ("@qq.com", "What stands before the @ is missing."),
            ("bob@@qq.com", "There is more than one @ in it."),
            ("bob@qq", "What stands after the @ is not complete, it should end like qq.com."),
            ("bob smith@qq.com", "There is a space in it, after “bob”. An address has none."),
            ("bob@qq.com、", "Character 11 cannot stand in an address: 、"),
            ("bob..x@qq.com", "This is not an e-mail address. One looks like name@qq.com."),
            ("b" * 250 + "@qq.com", "Too long by 3: you wrote 257, at most 254 fit"),
        ],
    )
    def test_that_is_wrong_is_answered_with_what_and_where(self, typed: str, said: str) -> None:
        assert answer(Email(), typed) == [said]

    def test_is_masked_but_for_its_host(self) -> None:
        assert Email().masked("bob@example.com") == "b•••@example.com"
