"""Reading our own source as a syntax tree."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHOP = ("kameng", "shop", "fulfillment")


def trees(*folders: str) -> Iterator[tuple[Path, ast.Module]]:
    """Every module of these folders, with its path from the root."""
    for folder in folders or SHOP:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path.relative_to(ROOT), ast.parse(path.read_text())
