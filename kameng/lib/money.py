"""Money is an integer of minor units (fen); nothing here knows a float."""

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

from babel.numbers import format_currency, get_currency_precision, get_currency_symbol
from django.conf import settings
from django.utils.translation import get_language, to_locale

BASIS_POINTS = 10_000
# Sixteen digits of minor units fit a bigint with room for sums of a hundred million orders.
LARGEST = 10**13
LONGEST = 20


class NotMoney(ValueError):
    """The text is not an amount of this currency."""


def share(amount: int, basis_points: int) -> int:
    """`basis_points` of an amount, rounded half to even."""
    exact = Decimal(amount) * basis_points / BASIS_POINTS
    return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_EVEN))


def split(total: int, parts: int) -> list[int]:
    """`total` over `parts` equal units by largest remainder: the parts sum to the total and differ by one at most."""
    if parts < 1 or total < 0:
        raise ValueError("split needs a total of at least 0 and at least one part")
    base, rest = divmod(total, parts)
    return [base + (i < rest) for i in range(parts)]


def split_by(total: int, weights: Sequence[int]) -> list[int]:
    """`total` in proportion to `weights` by largest remainder; ties go to the first."""
    whole = sum(weights)
    if whole <= 0:
        raise ValueError("weights must sum to more than 0")
    floors = [total * weight // whole for weight in weights]
    by_rest = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
    for i in by_rest[: total - sum(floors)]:
        floors[i] += 1
    return floors


def parse(text: str, currency: str | None = None) -> int:
    """Minor units of a plain decimal such as `12.30`; raises NotMoney for signs, exponents, too many decimals or digits."""
    digits = get_currency_precision(currency or settings.CURRENCY)
    stripped = text.strip()
    # Decimal rounds what is longer than its precision; no amount is.
    if not 1 <= len(stripped) <= LONGEST or not all(c in "0123456789." for c in stripped):
        raise NotMoney(text)
    try:
        value = Decimal(stripped).scaleb(digits)
    except InvalidOperation as error:
        raise NotMoney(text) from error
    if value != int(value) or value > LARGEST:
        raise NotMoney(text)
    return int(value)


def decimal_text(minor: int, currency: str | None = None) -> str:
    """`1230` as `12.30`, the plain form that gateways use."""
    digits = get_currency_precision(currency or settings.CURRENCY)
    return f"{Decimal(minor).scaleb(-digits):.{digits}f}"


def shown(minor: int, currency: str | None = None) -> str:
    """The amount as people of the active language read it, with the symbol the shop's own language has for it: ¥12.30."""
    code = currency or settings.CURRENCY
    value = Decimal(minor).scaleb(-get_currency_precision(code))
    locale = to_locale(get_language() or settings.LANGUAGE_CODE)
    # One shop, one currency: English readers see the same ¥12.30, not CN¥12.30.
    symbol = get_currency_symbol(code, to_locale(settings.LANGUAGE_CODE))
    return format_currency(value, code, locale=locale).replace(get_currency_symbol(code, locale), symbol)
