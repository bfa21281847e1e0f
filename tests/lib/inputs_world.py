"""Field types as merchants would compose them, and how tests ask them."""

from typing import Any

from django.core.exceptions import ValidationError

from kameng.lib.inputs.address import Address
from kameng.lib.inputs.base import FieldType, Value
from kameng.lib.inputs.choices import Choice, Server
from kameng.lib.inputs.codes import QQ, RoleId
from kameng.lib.inputs.library import ALL
from kameng.lib.inputs.mail import Email
from kameng.lib.inputs.params import Group
from kameng.lib.inputs.phones import MainlandPhone, Phone
from kameng.lib.inputs.words import FreeText, PersonName

ROLE = RoleId(shortest=9, longest=10)
LETTERS = RoleId(shortest=4, longest=16, alphabet="letters-digits")
MARKED = RoleId(shortest=4, longest=16, alphabet="letters-digits-marks")
PLATFORM = Choice(options=("Android（国服）", "iOS"))
SERVER = Server(regions=(Group("国服 · 安卓", ("华东一服", "一服")), Group("iOS", ("一服",))))
NOTE = FreeText(shortest=2, longest=20)
STORY = FreeText(longest=200, lines=3)
HONG_KONG = Phone(countries=("HK",))

#: Every type, some of them more than once.
KINDS: dict[str, FieldType[Any]] = {
    "role": ROLE,
    "role of letters": LETTERS,
    "role with marks": MARKED,
    "platform": PLATFORM,
    "server": SERVER,
    "mainland phone": MainlandPhone(),
    "phone": Phone(),
    "phone of Hong Kong": HONG_KONG,
    "QQ": QQ(),
    "e-mail": Email(),
    "note": NOTE,
    "story": STORY,
    "name": PersonName(),
    "address": Address(),
}
assert {type(kind) for kind in KINDS.values()} == set(ALL)


def filled(kind: FieldType[Any], text: str) -> str | dict[str, str]:
    """The text in every input of the type."""
    names = [part.name for part in kind.parts()]
    return text if names == [""] else dict.fromkeys(names, text)


def answer(kind: FieldType[Any], typed: Any) -> Value | list[str] | dict[str, list[str]]:
    """The value as stored; or the messages, of several inputs by part."""
    try:
        value: Value = kind.clean(typed)
    except ValidationError as error:
        return error.message_dict if hasattr(error, "error_dict") else error.messages
    return value
