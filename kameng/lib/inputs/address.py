"""A postal address in mainland China, by the parts that couriers and browsers' address books know."""

from dataclasses import dataclass
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kameng.lib.inputs.base import HIDDEN, ManyInputs, Part, Words
from kameng.lib.inputs.said import Written, only, refusal
from kameng.lib.scripts import is_letter
from kameng.lib.text import LONGEST, folded

#: By the name people use: 上海 and 上海市 are the same.
CITIES = {name: f"{name}市" for name in ("北京", "天津", "上海", "重庆")}
PROVINCES = (
    CITIES
    | {
        name: f"{name}省"
        for name in (
            *("河北", "山西", "辽宁", "吉林", "黑龙江", "江苏", "浙江", "安徽", "福建", "江西", "山东"),
            *("河南", "湖北", "湖南", "广东", "海南", "四川", "贵州", "云南", "陕西", "甘肃", "青海"),
        )
    }
    | {
        "内蒙古": "内蒙古自治区",
        "广西": "广西壮族自治区",
        "西藏": "西藏自治区",
        "宁夏": "宁夏回族自治区",
        "新疆": "新疆维吾尔自治区",
    }
)
_FULL = {**PROVINCES, **{full: full for full in PROVINCES.values()}}
_ELSEWHERE = ("香港", "澳门", "台湾")


@dataclass(frozen=True, kw_only=True)
class Address(ManyInputs):
    """Province, city, district and the rest. A municipality is its own city; a city may have no districts."""

    name: ClassVar[str] = "address"
    title: ClassVar[Words] = gettext_lazy("postal address in mainland China")

    def parts(self) -> tuple[Part, ...]:
        return (
            Part(name="province", label=gettext_lazy("Province"), span="third", attrs=_filled_in("address-level1")),
            Part(name="city", label=gettext_lazy("City"), span="third", attrs=_filled_in("address-level2")),
            Part(
                name="district",
                label=gettext_lazy("District"),
                span="third",
                needed=False,
                attrs=_filled_in("address-level3"),
            ),
            Part(name="detail", label=gettext_lazy("Street, building, room"), attrs=_filled_in("street-address")),
        )

    def read(self, given: dict[str, str]) -> dict[str, str]:
        given = given | {"city": given["city"] or _own_city(given["province"])}
        value: dict[str, str] = {}
        wrong: dict[str, ValidationError] = {}
        for part in self.parts():
            try:
                value[part.name] = self._read_part(part, given[part.name])
            except ValidationError as error:
                wrong[part.name] = error
        if wrong:
            raise ValidationError(wrong)
        return value

    def _read_part(self, part: Part, text: str) -> str:
        if not text and part.needed:
            raise refusal("required", _("Please fill this in."))
        return _READERS[part.name](text) if text else ""

    def shown(self, value: dict[str, str]) -> str:
        # A municipality is not said twice.
        return " ".join(dict.fromkeys(filter(None, value.values())))

    def masked(self, value: dict[str, str]) -> str:
        return self.shown({name: text for name, text in value.items() if name in {"province", "city"}} | {"detail": HIDDEN})


def _filled_in(autocomplete: str) -> dict[str, str | int]:
    return {"autocomplete": autocomplete, "maxlength": LONGEST}


def _own_city(province: str) -> str:
    """The city that a municipality is; empty for a province, whose city must be said."""
    return CITIES.get(_full(province).removesuffix("市"), "")


def _full(province: str) -> str:
    return _FULL.get(province.replace(" ", ""), "")


def _province(text: str) -> str:
    if found := _full(text):
        return found
    name = text.replace(" ", "")
    if name.startswith(_ELSEWHERE):
        raise refusal("elsewhere", _("Nothing can be sent to %(place)s: only mainland China"), place=name[:2])
    begun = next((full for short, full in PROVINCES.items() if name.startswith(short)), "")
    if begun:
        message = _("Only the province stands here: %(province)s. What follows belongs in the other fields")
        raise refusal("rest", message, province=begun)
    raise refusal("unknown", _("There is no province of this name. One looks like 广东省 or 上海市"))


def _place(text: str) -> str:
    name = text if text.isascii() else folded(text.replace(" ", ""))
    only(name, _in_places, _("Character %(at)s does not belong in the name of a place: %(char)s"))
    Written(2, 30).check(len(name))
    return name


def _in_places(char: str) -> bool:
    return is_letter(char) or char in " '·"


def _detail(text: str) -> str:
    Written(4, 120).check(len(text))
    return text


_READERS = {"province": _province, "city": _place, "district": _place, "detail": _detail}
