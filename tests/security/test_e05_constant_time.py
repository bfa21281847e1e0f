"""E5: signatures and tokens are compared in constant time, never with `==`."""

import ast
import re

import pytest

from tests.security.sources import trees

pytestmark = pytest.mark.once

#: `sign_type` names a method and is no secret.
SECRET = re.compile(r"(^|_)(sign|signature|token|mac|code_hash)$")


def name_of(node: ast.expr) -> str:
    """What an operand calls itself: `order.token`, `token`, `fields["sign"]`, `self.sign(…)`."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Subscript(slice=ast.Constant(value=str(name))):
            return name
        case ast.Call(func=func):
            return name_of(func)
    return ""


def comparisons(tree: ast.AST) -> list[int]:
    """Lines that compare a secret value; with an empty text one only asks whether there is any."""
    lines = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and any(isinstance(op, ast.Eq | ast.NotEq) for op in node.ops):
            sides = [node.left, *node.comparators]
            empty = any(isinstance(side, ast.Constant) and side.value in ("", None) for side in sides)
            if not empty and any(SECRET.search(name_of(side)) for side in sides):
                lines.append(node.lineno)
    return lines


@pytest.mark.parametrize(
    "code", ["token == given", "given != order.token", "fields['sign'] == x", "self.sign(f) == s", "row.code_hash == h"]
)
def test_a_comparison_is_recognised(code: str) -> None:
    assert comparisons(ast.parse(code)) == [1]


def test_no_secret_is_compared_with_equals() -> None:
    assert [f"{path}:{line}" for path, tree in trees() for line in comparisons(tree)] == []
