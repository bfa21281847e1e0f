"""The form of composed fields: what it asks for, what it stores, and what a buyer confirms."""

import json
from typing import Any

import pytest
from django.http import QueryDict

from kameng.lib.inputs.form import RecipientForm
from kameng.lib.inputs.specs import load
from kameng.lib.inputs.stored import Line, summary
from tests.lib.inputs_page import EVERYTHING, GAME

pytestmark = [pytest.mark.once, pytest.mark.usefixtures("english")]

PLAYER = {
    "to-server-region": "国服 · 安卓",
    "to-server-server": "国服 · 安卓 / 华东一服",
    "to-role": "１０８２ 7743 65",
    "to-phone": "+86 138-0013-8000",
}
STORED = [
    {
        "key": "server",
        "label": "区服",
        "type": "server",
        "value": {"region": "国服 · 安卓", "server": "华东一服"},
        "shown": "国服 · 安卓 / 华东一服",
    },
    {"key": "role", "label": "角色 ID", "type": "role-id", "value": "1082774365", "shown": "1082 7743 65"},
    {
        "key": "phone",
        "label": "接收通知的手机",
        "type": "mainland-phone",
        "value": "13800138000",
        "shown": "138 0013 8000",
    },
]


def game(given: dict[str, Any] | None = None, **more: Any) -> RecipientForm:
    return RecipientForm(load(GAME), given, **more)


def test_it_stores_values_in_the_order_of_the_fields() -> None:
    form = game(PLAYER)
    assert form.is_valid(), form.errors
    assert form.stored() == STORED
    assert json.loads(json.dumps(form.stored())) == STORED


def test_the_buyer_compares_what_is_stored() -> None:
    lines = [
        Line("区服", ("国服 · 安卓 / 华东一服",), False),
        Line("角色 ID", ("1082", "7743", "65"), True),
        Line("接收通知的手机", ("138", "0013", "8000"), True),
    ]
    assert game(PLAYER).summary == lines
    assert summary(game(PLAYER).stored()) == lines


def test_it_is_sent_as_browsers_send_it() -> None:
    sent = QueryDict(mutable=True)
    sent.update(PLAYER)
    assert RecipientForm(load(GAME), sent).stored() == STORED


def test_what_is_wrong_stands_at_its_input() -> None:
    form = game({"to-server-region": "国服 · 安卓", "to-role": "1082", "to-phone": "1380013204"})
    assert dict(form.errors) == {
        "server-server": ["Please choose."],
        "role": ["5 missing: you typed 4, it takes 9 to 10"],
        "phone": ["1 missing: you typed 10"],
    }
    assert form.summary == []


def test_what_is_not_valid_is_not_stored() -> None:
    with pytest.raises(ValueError, match="not stored"):
        game({}).stored()
    with pytest.raises(ValueError, match="not stored"):
        game().stored()


def test_what_may_be_empty_is_left_out() -> None:
    form = RecipientForm(load([{"key": "qq", "type": "qq", "label": "QQ", "required": False}]), {"to-qq": "  "})
    assert form.stored() == []


def test_something_invisible_is_not_empty() -> None:
    form = RecipientForm(load([{"key": "qq", "type": "qq", "label": "QQ", "required": False}]), {"to-qq": "\u200b"})
    assert form.has_error("qq", "invisible")


def test_an_address_that_may_be_empty_is_whole_or_not_there() -> None:
    fields = load([{"key": "home", "type": "address", "label": "地址", "required": False}])
    assert RecipientForm(fields, {}).stored() == []
    assert set(RecipientForm(fields, {"to-home-province": "广东"}).errors) == {"home-city", "home-detail"}


def test_names_are_unique_and_several_forms_can_be_sent_together() -> None:
    first, second = (RecipientForm(load(EVERYTHING), prefix=f"line{n}") for n in (1, 2))
    names = [field.html_name for form in (first, second) for field in form]
    assert len(set(names)) == len(names)
    assert "line1-address-city" in names
    assert first.confirm_name not in names


def test_a_good_value_comes_back_in_groups_and_a_bad_one_as_typed() -> None:
    form = game(PLAYER | {"to-phone": "1380013204"})
    assert form["role"].value() == "1082 7743 65"
    assert form["phone"].value() == "1380013204"


def test_the_last_recipient_can_be_used_again() -> None:
    again = game(values={each["key"]: each["value"] for each in game(PLAYER).stored()})
    shown = {f"to-{field.name}": field.value() for field in again}
    assert shown == PLAYER | {"to-role": "1082 7743 65", "to-phone": "138 0013 8000"}
    assert game(shown).stored() == STORED


def test_of_the_last_recipient_only_what_still_fits_is_used() -> None:
    old = {"server": "iOS", "role": {"region": "x"}, "phone": "13800138000"}
    assert {field.name: field.value() for field in game(values=old)} == {
        "server-region": None,
        "server-server": None,
        "role": None,
        "phone": "138 0013 8000",
    }


def test_a_tick_confirms_exactly_what_was_shown() -> None:
    form = game(PLAYER)
    tick = {form.confirm_name: form.proof}
    assert not form.confirmed
    assert game(PLAYER | tick).confirmed
    # Another way to type the same is the same recipient; another recipient is not.
    assert game(PLAYER | tick | {"to-role": "1082774365"}).confirmed
    assert not game(PLAYER | tick | {"to-role": "1082774366"}).confirmed
    assert not game(PLAYER | tick | {"to-role": ""}).confirmed
    assert not game(PLAYER | {form.confirm_name: "on"}).confirmed


def test_a_tick_confirms_nothing_that_is_not_good() -> None:
    half = game({"to-role": "1082774365"})
    assert not game({"to-role": "1082774365", half.confirm_name: half.proof}).confirmed


def test_inputs_bring_the_right_keyboard_and_nobody_corrects_them() -> None:
    html = {field.name: str(field) for field in RecipientForm(load(EVERYTHING))}
    assert 'inputmode="numeric"' in html["role"]
    assert 'autocomplete="off"' in html["role"]
    assert 'autocorrect="off"' in html["role"]
    assert 'type="tel"' in html["phone"]
    assert 'autocomplete="tel-national"' in html["phone"]
    assert 'type="email"' in html["mail"]
    assert 'autocomplete="address-level2"' in html["address-city"]


def test_no_browser_cuts_a_number_to_somebody_elses() -> None:
    for field in RecipientForm(load(EVERYTHING)):
        assert int(field.field.widget.attrs.get("maxlength", 1000)) >= 320


def test_a_value_of_a_type_that_is_gone_is_still_shown() -> None:
    assert summary([{"key": "x", "label": "X", "type": "gone", "value": "1", "shown": "1 2"}]) == [
        Line("X", ("1 2",), False)
    ]
