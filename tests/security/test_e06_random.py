"""E6: what must not be guessed comes from `secrets`, with at least 128 bits."""

import ast
import base64

import pytest

from kameng.lib import ids
from tests.security.sources import trees

pytestmark = pytest.mark.once

DEMO = "fulfillment/demo"
WEAK = {"random", "uuid1", "uuid3", "uuid5"}


def imported(tree: ast.AST) -> set[str]:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {node.module or ""} | {alias.name for alias in node.names}
        elif isinstance(node, ast.Attribute) and node.attr.startswith("uuid"):
            names.add(node.attr)
    return names


def test_weak_randomness_is_recognised() -> None:
    for code in ("import random", "from random import choice", "import random.x", "from uuid import uuid1", "uuid.uuid1()"):
        assert imported(ast.parse(code)) & WEAK, code


def test_no_module_of_the_shop_uses_it() -> None:
    found = [str(path) for path, tree in trees() if imported(tree) & WEAK and not str(path).startswith(DEMO)]
    assert found == []


def test_capabilities_have_at_least_128_bits() -> None:
    made = {ids.capability() for _ in range(1_000)}
    assert len(made) == 1_000
    assert all(len(base64.urlsafe_b64decode(token + "==")) * 8 >= 128 for token in made)
    assert all(len(bytes.fromhex(ids.reference())) * 8 >= 128 for _ in range(100))
    assert all(len(ids.order_number()) * 5 >= 80 for _ in range(100))
