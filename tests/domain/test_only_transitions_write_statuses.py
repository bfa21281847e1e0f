"""Nothing but `kameng.lib.transitions` changes a status: read from the source of the whole house."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
#: The benchmark's floor writes bare rows into a database of its own: that nothing is checked is what it measures.
BARE = ROOT / "fulfillment" / "proof" / "bench"
WRITERS = {"update", "bulk_update", "update_or_create", "save", "asave", "aupdate", "_update"}


def _sources() -> Iterator[Path]:
    for wing in ("kameng", "shop", "fulfillment"):
        for path in (ROOT / wing).rglob("*.py"):
            if "migrations" not in path.parts and BARE not in path.parents:
                yield path


def _writes(tree: ast.AST) -> Iterator[int]:
    """Lines that write a status, by `update(status=…)`, `save(update_fields=["status"])`, `row.status = …` or a change."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITERS:
            names = {keyword.arg for keyword in node.keywords} | _texts(node)
            if "status" in names:
                yield node.lineno
        elif isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(isinstance(target, ast.Attribute) and target.attr == "status" for target in targets):
                yield node.lineno
        elif isinstance(node, ast.keyword) and node.arg == "changes" and "status" in _texts(node.value):
            yield node.value.lineno


def _texts(node: ast.AST) -> set[str]:
    return {n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str)}


def test_nothing_else_in_the_house_writes_a_status() -> None:
    found = {
        f"{path.relative_to(ROOT)}:{line}"
        for path in _sources()
        if path != ROOT / "kameng" / "lib" / "transitions.py"
        for line in _writes(ast.parse(path.read_text()))
    }
    assert found == set()


@pytest.mark.parametrize(
    "source",
    [
        "Order.objects.filter(pk=1).update(status='PAID')",
        "Order.objects.update(**{'status': 'PAID'})",
        "order.status = OrderStatus.PAID",
        "order.save(update_fields=['status'])",
        "Order.objects.bulk_update(orders, ['status'])",
        "move(order, 'PAID', changes={'status': 'COMPLETED'})",
    ],
)
def test_the_reader_sees(source: str) -> None:
    assert list(_writes(ast.parse(source))) == [1]
