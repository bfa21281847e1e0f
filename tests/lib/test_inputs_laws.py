"""What holds for every field type and whatever is typed: it is cleaned once and for all, or refused in words."""

import re
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kameng.lib.inputs.base import FieldType, OneInput, Value
from kameng.lib.inputs.choices import WITHIN
from tests.harness.scale import scale
from tests.lib.inputs_world import KINDS, PLATFORM, SERVER

pytestmark = pytest.mark.once

#: Whatever Python can hold, and what is near to being good.
ANYTHING = st.text(st.characters(), max_size=60)
NEARLY = st.one_of(
    st.text("0123456789０１２３ +-()o²①½\u00a0\u3000\u200b", max_size=24),
    st.from_regex(r"(\+?86|00)? ?1[3-9]\d [0-9]{4} [0-9]{3,5}", fullmatch=True),
    st.from_regex(r"\+(852|1|44|39|81|7)[ -]?[0-9]{6,11}", fullmatch=True),
    st.emails(),
    st.text("abcABCаАοи_-. @·'\u2019\u0301\u212a\ufb01ı李〇！，～ﾊﾞ\ufe0f", max_size=24),
    st.text("ab 字\n\r\t\u2028，。：…", max_size=40),
    st.sampled_from(PLATFORM.options),
)
TEXTS = st.one_of(NEARLY, ANYTHING)
#: Inputs that are good together only.
GOOD = {
    "region": ["国服 · 安卓", "iOS", ""],
    "server": ["一服", "华东一服", *(f"{region}{WITHIN}{name}" for region, names in SERVER.regions for name in names)],
    "province": ["广东", "上海", "内蒙古自治区", "广东省深圳市"],
    "city": ["深圳市", "深 圳", "Lhasa", ""],
    "district": ["南山区", ""],
    "detail": ["科技园路 １ 号", "3rd floor， door ２"],
}
JUNK = st.one_of(TEXTS, st.none(), st.integers(), st.binary(max_size=5), st.lists(TEXTS, max_size=2))
#: What a message that lost its numbers would show.
UNFILLED = re.compile(r"%\([a-z]+\)s")
many = settings(max_examples=scale(80, 5_000))


def typed_for(kind: FieldType[Any], data: st.DataObject) -> Any:
    if isinstance(kind, OneInput):
        return data.draw(TEXTS)
    good = {part.name: st.sampled_from(GOOD[part.name]) for part in kind.parts()}
    return data.draw(st.fixed_dictionaries(good) | st.fixed_dictionaries({}, optional=dict.fromkeys(good, TEXTS)))


def cleaned(kind: FieldType[Any], typed: Any) -> Value | None:
    """The stored value, None for what is refused; any other exception is a failure."""
    try:
        value: Value | None = kind.clean(typed)
    except ValidationError as error:
        said = error.messages
        value = None
    else:
        said = ["a value"]
    assert all(message and not UNFILLED.search(message) for message in said)
    return value


@pytest.mark.parametrize("name", KINDS)
@many
@given(data=st.data())
def test_a_stored_value_is_cleaned_to_itself(name: str, data: st.DataObject) -> None:
    kind = KINDS[name]
    value = cleaned(kind, typed_for(kind, data))
    if value is not None:
        assert cleaned(kind, value) == value


@pytest.mark.parametrize("name", KINDS)
@many
@given(data=st.data())
def test_what_is_shown_can_be_typed(name: str, data: st.DataObject) -> None:
    kind = KINDS[name]
    value = cleaned(kind, typed_for(kind, data))
    if value is not None:
        typed = kind.typed(value)
        assert cleaned(kind, typed.get("", typed)) == value
        assert kind.shown(value)
        assert kind.masked(value)


@pytest.mark.parametrize("name", KINDS)
@many
@given(junk=st.one_of(JUNK, st.dictionaries(TEXTS, JUNK, max_size=3)))
@example(junk={"province": None, "region": b"", "": "x"})
def test_junk_is_refused_in_words(name: str, junk: Any) -> None:
    cleaned(KINDS[name], junk)


@many
@given(text=TEXTS)
def test_nothing_invisible_is_ever_stored(text: str) -> None:
    for kind in KINDS.values():
        value = cleaned(kind, text) if isinstance(kind, OneInput) else None
        assert value is None or all(char.isprintable() or char == "\n" or ord(char) >= 0x20000 for char in str(value))
