"""Fields as a merchant composes them: what JSON is taken, what is refused, and how it is said."""

import json
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from kameng.lib.inputs.codes import RoleId
from kameng.lib.inputs.library import ALL, TYPES
from kameng.lib.inputs.params import rules
from kameng.lib.inputs.specs import FieldSpec, dump, load
from tests.lib.inputs_page import EVERYTHING
from tests.lib.inputs_world import KINDS

pytestmark = [pytest.mark.once, pytest.mark.usefixtures("english")]


def field(**given: Any) -> dict[str, Any]:
    return {"key": "role", "type": "role-id", "label": "角色 ID"} | given


def refused(*fields: Any) -> list[str]:
    """What is said of these fields."""
    with pytest.raises(ValidationError) as error:
        load(list(fields))
    return error.value.messages


def test_fields_are_kept_whole_by_their_json() -> None:
    fields = load(EVERYTHING)
    assert {spec.kind.name for spec in fields} == set(TYPES)
    assert load(json.loads(json.dumps(dump(fields)))) == fields


@pytest.mark.parametrize("name", KINDS)
def test_a_type_is_kept_whole_by_its_parameters(name: str) -> None:
    kind = KINDS[name]
    assert type(kind).from_params(json.loads(json.dumps(kind.params()))) == kind


def test_every_parameter_says_what_it_is() -> None:
    for kind in ALL:
        assert str(kind.title)
        assert all(str(rule.label) for rule in rules(kind).values())


def test_what_is_left_out_has_its_default() -> None:
    assert dump(load([field()])) == [
        {
            "key": "role",
            "type": "role-id",
            "label": "角色 ID",
            "help": "",
            "example": "",
            "where": "",
            "required": True,
            "params": {"shortest": 6, "longest": 12, "alphabet": "digits"},
        }
    ]


def test_texts_are_kept_as_chinese_is_written() -> None:
    (spec,) = load([field(label=" 角色  ID（数字） ", where="打开游戏，\r\n点头像：看下面。")])
    assert (spec.label, spec.where) == ("角色 ID（数字）", "打开游戏，\n点头像：看下面。")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (5, "Field 1, A field is given as names with values."),
        (field(pattern="^a+$"), "Field 1, pattern: A field has nothing of this name."),
        (field(type="regex"), f"Field 1, type: There is no such type. The types are: {', '.join(TYPES)}."),
        (field(type=["role-id"]), f"Field 1, type: There is no such type. The types are: {', '.join(TYPES)}."),
        ({"key": "role", "type": "qq"}, "Field 1, label: This is missing."),
        (field(key="Role"), "Field 1, key: A key is made of a to z, 0 to 9 and _, and starts with a letter."),
        (field(key="1a"), "Field 1, key: A key is made of a to z, 0 to 9 and _, and starts with a letter."),
        (field(key=["a"]), "Field 1, key: A key is made of a to z, 0 to 9 and _, and starts with a letter."),
        (field(label=" "), "Field 1, label: A field needs a label."),
        (field(label="角" * 41), "Field 1, label: This has 41 characters, at most 40 fit."),
        (field(help=None), "Field 1, help: This is a text."),
        (field(required=1), "Field 1, required: This is true or false."),
        (field(example="ID 1082774365"), "Field 1, example: Character 1 is not a digit: I. Is it a 1?"),
        (field(type="address", example="上海"), "Field 1, example: This type takes no example."),
        (field(params=[]), "Field 1, The parameters are names with values."),
        (field(params={"pattern": "a+"}), "Field 1, pattern: There is no such parameter."),
        (field(params={"shortest": "6"}), "Field 1, shortest: Give a whole number from 1 to 64."),
        (field(params={"shortest": True}), "Field 1, shortest: Give a whole number from 1 to 64."),
        (field(params={"longest": 65}), "Field 1, longest: Give a whole number from 1 to 64."),
        (field(params={"shortest": 9, "longest": 8}), "Field 1, longest: The most must not be less than the fewest."),
        (
            field(params={"alphabet": "[a-z]"}),
            "Field 1, alphabet: Choose one of: digits, letters-digits, letters-digits-marks.",
        ),
        (field(type="choice"), "Field 1, options: This parameter is missing."),
        (field(type="choice", params={"options": []}), "Field 1, options: Give a list of 1 to 200 names."),
        (field(type="choice", params={"options": "ab"}), "Field 1, options: Give a list of 1 to 200 names."),
        (field(type="choice", params={"options": ["a", 1]}), "Field 1, options: A name is a text."),
        (field(type="choice", params={"options": ["a", " "]}), "Field 1, options: A name has 1 to 60 characters."),
        (field(type="choice", params={"options": ["a", " a"]}), "Field 1, options: “a” stands there twice."),
        (
            field(type="server", params={"regions": [{"name": "a"}]}),
            "Field 1, regions: A group has a name and a list of items.",
        ),
        (
            field(type="server", params={"regions": [{"name": "a", "items": ["b / c"]}]}),
            "Field 1, regions: The name of a server must not hold “ / ”.",
        ),
        (field(type="phone", params={"countries": ["XX"]}), "Field 1, countries: “XX” is not known."),
        (field(type="text", params={"lines": 0}), "Field 1, lines: Give a whole number from 1 to 20."),
    ],
)
def test_bad_fields_are_refused_by_what_is_wrong(given: Any, said: str) -> None:
    assert refused(given) == [said]


def test_a_deceiving_label_is_refused() -> None:
    assert refused(field(label="角色\u202eID"))[0].startswith("Field 1, label: There is an invisible character (U+202E)")


def test_all_that_is_wrong_is_said_at_once() -> None:
    assert refused(field(), field(type="x"), field(label="", key="", help=1)) == [
        f"Field 2, type: There is no such type. The types are: {', '.join(TYPES)}.",
        "Field 3, key: A key is made of a to z, 0 to 9 and _, and starts with a letter.",
        "Field 3, label: A field needs a label.",
        "Field 3, help: This is a text.",
    ]


def test_two_fields_are_told_apart_by_machines_and_by_buyers() -> None:
    assert refused(field(), field()) == ["Two fields have the key role.", "Two fields are called “角色 ID”."]


@pytest.mark.parametrize("given", [None, {}, "[]", [field(key=f"k{n}", label=f"L{n}") for n in range(13)]])
def test_there_are_at_most_twelve_fields(given: Any) -> None:
    with pytest.raises(ValidationError, match="Give a list of at most 12 fields"):
        load(given)


def test_a_field_made_in_python_is_checked_as_well() -> None:
    with pytest.raises(ValidationError) as error:
        RoleId(shortest=0, longest=100)
    assert set(error.value.message_dict) == {"shortest", "longest"}
    with pytest.raises(ValidationError) as wrong:
        FieldSpec(key="role", label="", kind=RoleId())
    assert set(wrong.value.message_dict) == {"label"}
