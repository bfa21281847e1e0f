"""An e-mail address."""

from dataclasses import dataclass
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kameng.lib.inputs.base import HIDDEN, OneInput, Part, Words
from kameng.lib.inputs.codes import typed_exactly
from kameng.lib.inputs.said import Written, only, refusal

LONGEST = 254
_DOTS = str.maketrans({"。": "."})  # what Chinese keyboards give for a dot


@dataclass(frozen=True, kw_only=True)
class Email(OneInput):
    """An address in ASCII, its host in small letters."""

    name: ClassVar[str] = "email"
    title: ClassVar[Words] = gettext_lazy("e-mail address")
    is_code: ClassVar[bool] = True

    def part(self) -> Part:
        return Part(attrs=typed_exactly("email", type="email", autocomplete="email"))

    def read(self, folded: str) -> str:
        address = folded.translate(_DOTS)
        if " " in address:
            before = address.partition(" ")[0][-20:]
            raise refusal("space", _("There is a space in it, after “%(before)s”. An address has none."), before=before)
        only(address, str.isascii, _("Character %(at)s cannot stand in an address: %(char)s"))
        Written(1, LONGEST).check(len(address))
        name, at, host = address.rpartition("@")
        _refuse_halves(name, at, host)
        stored = f"{name}@{host.lower()}"
        try:
            validate_email(stored)
        except ValidationError as error:
            raise refusal("invalid", _("This is not an e-mail address. One looks like name@qq.com.")) from error
        return stored

    def masked(self, value: str) -> str:
        name, _at, host = value.rpartition("@")
        return f"{name[:1]}{HIDDEN}@{host}"


def _refuse_halves(name: str, at: str, host: str) -> None:
    if not at:
        raise refusal("no-at", _("There is no @ in it. An address looks like name@qq.com."))
    if "@" in name:
        raise refusal("many-at", _("There is more than one @ in it."))
    if not name:
        raise refusal("no-name", _("What stands before the @ is missing."))
    if "." not in host:
        raise refusal("no-dot", _("What stands after the @ is not complete, it should end like qq.com."))
