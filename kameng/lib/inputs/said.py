"""What is wrong with typed text, said so that one sees where: how many are missing, which character does not belong."""

from collections.abc import Callable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kameng.lib.text import named

ASCII_DIGITS = frozenset("0123456789")
ASCII_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
_MEANT = {"o": "0", "O": "0", "l": "1", "I": "1"}


def refusal(code: str, message: str, **params: object) -> ValidationError:
    """An error whose message is filled in with `params`."""
    return ValidationError(message, code=code, params=params or None)


@dataclass(frozen=True)
class Counted:
    """How many characters a value has. `short` and `long` are templates, which a page's script fills in as the server does."""

    least: int
    most: int

    @property
    def short(self) -> str:
        """With missing, count, least and most."""
        if self.least == self.most:
            return _("%(missing)s missing: you typed %(count)s")
        return _("%(missing)s missing: you typed %(count)s, it takes %(least)s to %(most)s")

    @property
    def long(self) -> str:
        """With extra, count, least and most."""
        if self.least == self.most:
            return _("%(extra)s too many: you typed %(count)s")
        return _("%(extra)s too many: you typed %(count)s, it takes %(least)s to %(most)s")

    def check(self, count: int) -> None:
        """Raises ValidationError for too few and too many."""
        known = {"count": count, "least": self.least, "most": self.most}
        if count < self.least:
            raise refusal("short", self.short, missing=self.least - count, **known)
        if count > self.most:
            raise refusal("long", self.long, extra=count - self.most, **known)


@dataclass(frozen=True)
class Written(Counted):
    """The same for prose, whose characters are counted as words' and not as digits'."""

    @property
    def short(self) -> str:
        return _("Too short by %(missing)s: you wrote %(count)s, at least %(least)s are needed")

    @property
    def long(self) -> str:
        return _("Too long by %(extra)s: you wrote %(count)s, at most %(most)s fit")


def only(text: str, allowed: Callable[[str], bool], message: str) -> None:
    """Raises ValidationError for the first character that is not allowed; the message gets `at` (from 1) and `char`."""
    for at, char in enumerate(text, start=1):
        if not allowed(char):
            raise refusal("character", message, at=at, char=named(char))


def only_digits(text: str) -> None:
    """Raises ValidationError for the first character that is not 0 to 9, and says what it may have been meant for."""
    for at, char in enumerate(text, start=1):
        if char in ASCII_DIGITS:
            continue
        if char in _MEANT:
            message = _("Character %(at)s is not a digit: %(char)s. Is it a %(meant)s?")
        elif char.isdecimal():
            message = _("Character %(at)s is a digit of another script: %(char)s. Type it as 0 to 9")
        else:
            message = _("Character %(at)s is not a digit: %(char)s")
        raise refusal("character", message, at=at, char=named(char), meant=_MEANT.get(char, ""))
