"""The library: every field type by its name."""

from typing import Any

from kameng.lib.inputs.address import Address
from kameng.lib.inputs.base import FieldType
from kameng.lib.inputs.choices import Choice, Server
from kameng.lib.inputs.codes import QQ, RoleId
from kameng.lib.inputs.mail import Email
from kameng.lib.inputs.phones import MainlandPhone, Phone
from kameng.lib.inputs.words import FreeText, PersonName

#: In the order in which merchants are offered them.
ALL: tuple[type[FieldType[Any]], ...] = (
    RoleId,
    Server,
    Choice,
    MainlandPhone,
    Phone,
    QQ,
    Email,
    FreeText,
    PersonName,
    Address,
)
TYPES: dict[str, type[FieldType[Any]]] = {kind.name: kind for kind in ALL}
