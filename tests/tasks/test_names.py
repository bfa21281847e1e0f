"""Names that rooms share without importing each other."""

import ast
from collections.abc import Iterator
from pathlib import Path

from django.contrib import admin

from kameng.tasks.known import controllers

ROOT = Path(__file__).resolve().parents[2]


def _woken() -> Iterator[tuple[str, str]]:
    """Each literal name given to `wake` in the shop's code, and where."""
    for wing in ("kameng", "shop", "fulfillment"):
        for path in (ROOT / wing).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "wake" and node.args:
                    name = node.args[0]
                    if isinstance(name, ast.Constant):
                        yield str(name.value), f"{path.relative_to(ROOT)}:{node.lineno}"


def test_every_wake_names_a_controller_that_exists() -> None:
    assert [(name, place) for name, place in _woken() if name not in controllers] == []


def test_the_queue_is_not_in_the_admin() -> None:
    admin.autodiscover()
    assert [model for model in admin.site._registry if model._meta.app_label == "django_q"] == []
