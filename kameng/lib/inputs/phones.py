"""Phone numbers: of mainland China, and of the world."""

from dataclasses import dataclass
from typing import ClassVar

import phonenumbers
from babel import Locale
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext_lazy, to_locale
from django.utils.translation import gettext as _
from phonenumbers.phonemetadata import PhoneMetadata

from kameng.lib.inputs.base import Part, Words, hidden
from kameng.lib.inputs.codes import Code, grouped, typed_exactly
from kameng.lib.inputs.params import Some, param
from kameng.lib.inputs.said import ASCII_DIGITS, Counted, only, only_digits, refusal

CHINA = "86"
#: How people part the groups of a number.
_BETWEEN = dict.fromkeys(map(ord, "-.()/\u2010\u2012\u2013\u2014\u2212"))
_WORLD = Counted(7, 15)  # E.164, with the country code


def bare(text: str) -> str:
    """The number without what only groups it, 00 as +."""
    text = text.translate(_BETWEEN)
    return "+" + text[2:] if text.startswith("00") else text


@dataclass(frozen=True, kw_only=True)
class MainlandPhone(Code):
    """A mobile number of mainland China: 11 digits, 13 to 19 first; stored without +86."""

    name: ClassVar[str] = "mainland-phone"
    title: ClassVar[Words] = gettext_lazy("mobile number of mainland China")
    counted: ClassVar[Counted] = Counted(11, 11)

    def part(self) -> Part:
        return Part(attrs=typed_exactly("tel", type="tel", autocomplete="tel-national"), counted=self.counted)

    def code(self, text: str) -> str:
        digits = self._national(bare(text))
        only_digits(digits)
        _refuse_start(digits)
        self.counted.check(len(digits))
        return digits

    def shown(self, value: str) -> str:
        return grouped(value, 3, 4)

    def masked(self, value: str) -> str:
        return hidden(value, head=3, tail=4)

    def _national(self, text: str) -> str:
        if text.startswith("+") and not text.startswith("+" + CHINA):
            raise refusal("country", _("Only numbers of mainland China (+86) can be filled in here"))
        if text.startswith("+") or (text.startswith(CHINA) and len(text) == len(CHINA) + self.counted.most):
            return text.removeprefix("+").removeprefix(CHINA)
        return text


def _refuse_start(digits: str) -> None:
    if digits.startswith("0"):
        raise refusal("start", _("This looks like a landline. A mobile number starts with 1"))
    if not digits.startswith("1") and digits:
        raise refusal("start", _("A mobile number starts with 1, this one with %(start)s"), start=digits[0])
    if digits[1:2] and digits[1] in "012":
        raise refusal(
            "start", _("No mobile number starts with %(start)s. Please compare the first digits"), start=digits[:2]
        )


def _country(code: str) -> str:
    locale = Locale.parse(to_locale(get_language() or "en"))
    return locale.territories.get(code) or code


@dataclass(frozen=True, kw_only=True)
class Phone(Code):
    """A number of any country, or of some; stored as E.164 (+85251234567)."""

    name: ClassVar[str] = "phone"
    title: ClassVar[Words] = gettext_lazy("phone number of any country")

    countries: tuple[str, ...] = param(
        Some(
            label=gettext_lazy("countries (none: all)"),
            known=frozenset(phonenumbers.SUPPORTED_REGIONS),
            titled=_country,
            first=("CN", "HK", "MO", "TW", "SG", "MY"),
        ),
        default=(),
    )

    def part(self) -> Part:
        return Part(attrs=typed_exactly("tel", type="tel", autocomplete="tel"))

    def code(self, text: str) -> str:
        text = bare(text)
        only(text.removeprefix("+"), ASCII_DIGITS.__contains__, _("Character %(at)s is not a digit: %(char)s"))
        number = self._parsed(text)
        country = _country_of(number)
        if self.countries and country not in self.countries:
            message = _("This is a number of %(country)s. Only these are taken here: %(countries)s")
            taken = ", ".join(map(_country, self.countries))
            raise refusal("country", message, country=_country(country), countries=taken)
        if not phonenumbers.is_valid_number(number):
            raise _why_invalid(number, country)
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)

    def shown(self, value: str) -> str:
        try:
            number = phonenumbers.parse(value)
        except phonenumbers.NumberParseException:
            return value
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)

    def masked(self, value: str) -> str:
        return hidden(value, head=4, tail=4)

    def _parsed(self, text: str) -> phonenumbers.PhoneNumber:
        home = self.countries[0] if len(self.countries) == 1 else None
        if not text.startswith("+") and home is None:
            raise refusal("country", _("Start with + and the country code: +86 for mainland China, +852 for Hong Kong"))
        digits = len(text.removeprefix("+"))
        if text.startswith("+") or digits > _WORLD.most:
            _WORLD.check(digits)
        try:
            return phonenumbers.parse(text, home)
        except phonenumbers.NumberParseException as error:
            if error.error_type == phonenumbers.NumberParseException.INVALID_COUNTRY_CODE:
                raise refusal("country", _("No country code starts like %(start)s"), start=text[:4]) from error
            raise refusal("invalid", _("This is not a phone number")) from error


def _country_of(number: phonenumbers.PhoneNumber) -> str:
    shared = phonenumbers.region_code_for_country_code(number.country_code or 0)
    return phonenumbers.region_code_for_number(number) or shared


def _why_invalid(number: phonenumbers.PhoneNumber, country: str) -> ValidationError:
    """Too short or too long for its country, or a number that nobody has."""
    metadata = PhoneMetadata.metadata_for_region(country, None)
    kinds = (metadata.mobile, metadata.fixed_line) if metadata else ()
    lengths = {length for kind in kinds if kind for length in kind.possible_length if length > 0}
    if lengths:
        try:
            Counted(min(lengths), max(lengths)).check(len(phonenumbers.national_significant_number(number)))
        except ValidationError as error:
            return error
    message = _("There is no such number in %(country)s. Please compare each digit")
    return refusal("invalid", message, country=_country(country))
