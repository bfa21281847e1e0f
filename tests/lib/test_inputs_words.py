"""Choices and words: what is typed, what is stored, and what is said of what is wrong."""

from typing import Any

import pytest

from kameng.lib.inputs.address import Address
from kameng.lib.inputs.words import PersonName
from tests.lib.inputs_world import NOTE, PLATFORM, SERVER, STORY, answer

pytestmark = [pytest.mark.once, pytest.mark.usefixtures("english")]

GONE = "This is not in the list, or not any more. Please choose again."
EMPTY = "Please fill this in."


class TestAChoice:
    @pytest.mark.parametrize(("typed", "stored"), [("iOS", "iOS"), (" iOS ", "iOS"), ("Android（国服）", "Android（国服）")])
    def test_is_stored_by_its_words(self, typed: str, stored: str) -> None:
        assert answer(PLATFORM, typed) == stored

    @pytest.mark.parametrize(("typed", "said"), [("", "Please choose."), ("ios", GONE), ("Web", GONE), ("iOS\0", None)])
    def test_is_one_of_the_list(self, typed: str, said: str | None) -> None:
        found = answer(PLATFORM, typed)
        assert found == [said] if said else isinstance(found, list)


class TestAServer:
    @pytest.mark.parametrize(
        ("region", "server", "stored"),
        [
            ("iOS", "iOS / 一服", {"region": "iOS", "server": "一服"}),
            ("国服 · 安卓", "国服 · 安卓 / 一服", {"region": "国服 · 安卓", "server": "一服"}),
            ("国服 · 安卓", "华东一服", {"region": "国服 · 安卓", "server": "华东一服"}),
            ("", "国服 · 安卓 / 华东一服", {"region": "国服 · 安卓", "server": "华东一服"}),
        ],
    )
    def test_is_stored_with_its_region(self, region: str, server: str, stored: dict[str, str]) -> None:
        assert answer(SERVER, {"region": region, "server": server}) == stored

    @pytest.mark.parametrize(
        ("region", "server", "said"),
        [
            ("", "", {"region": ["Please choose."], "server": ["Please choose."]}),
            ("iOS", "", {"server": ["Please choose."]}),
            ("", "一服", {"region": ["Please choose."]}),
            ("Web", "一服", {"region": [GONE]}),
            ("iOS", "华东一服", {"server": [GONE]}),
            ("", "Web / 一服", {"region": [GONE]}),
        ],
    )
    def test_that_is_wrong_is_answered_at_its_input(self, region: str, server: str, said: dict[str, list[str]]) -> None:
        assert answer(SERVER, {"region": region, "server": server}) == said

    def test_of_another_region_is_no_guess(self) -> None:
        assert answer(SERVER, {"region": "iOS", "server": "国服 · 安卓 / 一服"}) == {
            "server": ["This server is in 国服 · 安卓, and the region chosen is iOS. Please choose the server again."]
        }

    def test_is_shown_behind_its_region(self) -> None:
        value = {"region": "iOS", "server": "一服"}
        assert SERVER.shown(value) == SERVER.masked(value) == "iOS / 一服"
        assert SERVER.typed(value) == {"region": "iOS", "server": "iOS / 一服"}


class TestFreeText:
    @pytest.mark.parametrize(
        ("typed", "stored"),
        [
            ("  好的  谢谢 ", "好的 谢谢"),
            ("打开游戏，点头像（左上）。", "打开游戏，点头像（左上）。"),
            ("ＡＢ　１２", "AB 12"),
            ("I ❤️ it", "I ❤ it"),
            ("Привет, my id", "Привет, my id"),
        ],
    )
    def test_is_stored_in_one_form(self, typed: str, stored: str) -> None:
        assert answer(NOTE, typed) == stored

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ("a", "Too short by 1: you wrote 1, at least 2 are needed"),
            ("字" * 23, "Too long by 3: you wrote 23, at most 20 fit"),
            (
                "a\nb",
                "There is a line break in it, and it must be one line. It stands after “a”. "
                "Please delete it, or type everything again by hand.",
            ),
        ],
    )
    def test_has_limits(self, typed: str, said: str) -> None:
        assert answer(NOTE, typed) == [said]

    def test_may_have_lines(self) -> None:
        assert answer(STORY, "\r\none\r\n  two  words\rthree\n") == "one\ntwo words\nthree"
        assert answer(STORY, "1\n2\n3\n4") == ["These are 4 lines, at most 3 fit"]

    def test_is_masked_but_for_its_beginning(self) -> None:
        assert NOTE.masked("公会：长风") == "公会•••"


class TestTheNameOfAPerson:
    @pytest.mark.parametrize(
        ("typed", "stored"),
        [
            ("张三", "张三"),
            ("阿卜杜拉•买买提", "阿卜杜拉·买买提"),
            ("阿卜杜拉・买买提", "阿卜杜拉·买买提"),
            ("O’Neil  Smith-Jones Jr.", "O'Neil Smith-Jones Jr."),
            ("Nguyễn Văn Anh", "Nguyễn Văn Anh"),
            ("Лев Толстой", "Лев Толстой"),
            ("〇三", "〇三"),
            ("\U00030edd\U00030edd", "\U00030edd\U00030edd"),
            ("\U00031350氏", "\U00031350氏"),
        ],
    )
    def test_is_stored_as_it_stands_on_papers(self, typed: str, stored: str) -> None:
        assert answer(PersonName(), typed) == stored

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ("张", "Too short by 1: you wrote 1, at least 2 are needed"),
            ("张3", "Character 2 does not belong in a name: 3"),
            ("张三（老板）", "Character 3 does not belong in a name: ("),
            ("-张三", "A name starts with a letter, not with -"),
            ("张" * 51, "Too long by 1: you wrote 51, at most 50 fit"),
        ],
    )
    def test_that_is_wrong_is_answered_with_what_and_where(self, typed: str, said: str) -> None:
        assert answer(PersonName(), typed) == [said]

    def test_is_masked_but_for_its_first_letter(self) -> None:
        assert PersonName().masked("张三丰") == "张•••"


def address(**parts: str) -> dict[str, str]:
    given = {"province": "广东", "city": "深圳市", "district": "南山区", "detail": "科技园路 1 号 3 栋"}
    return given | parts


class TestAPostalAddress:
    @pytest.mark.parametrize(
        ("typed", "stored"),
        [
            (address(), address(province="广东省")),
            (address(province=" 广 东 省 "), address(province="广东省")),
            (address(province="内蒙古", city="包头市"), address(province="内蒙古自治区", city="包头市")),
            (address(city="东莞市", district=""), address(province="广东省", city="东莞市", district="")),
            (
                {"province": "上海", "detail": "南京东路 １ 号"},
                {"province": "上海市", "city": "上海市", "district": "", "detail": "南京东路 1 号"},
            ),
        ],
    )
    def test_is_stored_by_its_parts(self, typed: dict[str, str], stored: dict[str, str]) -> None:
        assert answer(Address(), typed) == stored

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ({}, {"province": [EMPTY], "city": [EMPTY], "detail": [EMPTY]}),
            (address(city=""), {"city": [EMPTY]}),
            (address(province="香港"), {"province": ["Nothing can be sent to 香港: only mainland China"]}),
            (address(province="广南"), {"province": ["There is no province of this name. One looks like 广东省 or 上海市"]}),
            (
                address(province="广东省深圳市南山区"),
                {"province": ["Only the province stands here: 广东省. What follows belongs in the other fields"]},
            ),
            (address(city="深圳 518"), {"city": ["Character 3 does not belong in the name of a place: 5"]}),
            (address(detail="1 号"), {"detail": ["Too short by 1: you wrote 3, at least 4 are needed"]}),
        ],
    )
    def test_that_is_wrong_is_answered_at_its_input(self, typed: dict[str, str], said: dict[str, list[str]]) -> None:
        assert answer(Address(), typed) == said

    def test_is_shown_in_one_line_and_masked_behind_its_city(self) -> None:
        stored = address(province="广东省")
        assert Address().shown(stored) == "广东省 深圳市 南山区 科技园路 1 号 3 栋"
        assert Address().masked(stored) == "广东省 深圳市 •••"
        assert Address().shown(address(province="上海市", city="上海市", district="")) == "上海市 科技园路 1 号 3 栋"

    @pytest.mark.parametrize("broken", [None, 5, [], "text", {"province": 5}, {"province": ["广东"]}])
    def test_that_did_not_come_from_its_inputs_is_refused(self, broken: Any) -> None:
        assert answer(Address(), broken) == ["This did not arrive whole. Please fill it in again."]
