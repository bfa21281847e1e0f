"""How to use what is bought, step by step: the same on the product's page and on the order's."""

from django.utils.translation import get_language

HAN = "一二三四五六七八九十"


def steps(instructions: str) -> list[tuple[str, str]]:
    """The lines of a text that say something, each with its number."""
    lines = [line.strip() for line in instructions.splitlines() if line.strip()]
    return [(numeral(index), line) for index, line in enumerate(lines, start=1)]


def numeral(index: int) -> str:
    """一, 二, 三 for readers of Chinese, else 1, 2, 3."""
    chinese = (get_language() or "").startswith("zh") and index <= len(HAN)
    return HAN[index - 1] if chinese else str(index)
