"""Rules of the house that import-linter does not know.

- Every room stands in the layers contract, so that a new one cannot escape it.
- Inside a room imports run `views | admin | api | controllers -> verbs -> models`: models import no verb.
- Files and functions stay small enough to read at once.
"""

import ast
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WINGS = ("kameng", "shop", "fulfillment")
NO_ROOMS = {"locale"}
MAX_FILE = 300
MAX_FUNCTION = 60
# What models may use of their own room: rows, and pure helpers that import nothing of the room themselves.
ROW_MODULES = {"models", "fields", "states", "choices"}


def main() -> int:
    """Print what is wrong; returns the exit code."""
    wrong = [*unlisted_rooms(ROOT), *models_with_verbs(ROOT), *too_long(ROOT)]
    for line in wrong:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


def unlisted_rooms(root: Path) -> Iterator[str]:
    """Rooms without a layer, and layers without a room."""
    contracts = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    listed = {name.strip() for layer in layers for name in layer.split("|")}
    found = {
        f"{wing}.{room.name}"
        for wing in WINGS
        for room in (root / wing).iterdir()
        if (room / "__init__.py").exists() and room.name not in NO_ROOMS
    }
    yield from (f"pyproject.toml: room {name} stands in no layer" for name in sorted(found - listed))
    yield from (f"pyproject.toml: layer {name} has no room" for name in sorted(listed - found))


def models_with_verbs(root: Path) -> Iterator[str]:
    """Models that import a module of their own room other than rows or leaves."""
    for path in _sources(root):
        parts = path.relative_to(root).with_suffix("").parts
        if "models" not in parts or "migrations" in parts:
            continue
        room = ".".join(parts[: parts.index("models")])
        for line, module in _imports(path):
            inside = module.removeprefix(f"{room}.") if module.startswith(f"{room}.") else ""
            if inside and inside.split(".")[0] not in ROW_MODULES and not _is_leaf(root, room, inside):
                yield f"{path.relative_to(root)}:{line}: models import the verb {module}"


def too_long(root: Path) -> Iterator[str]:
    """Files and functions over the limits."""
    for path in [*_sources(root), *(root / "tests").rglob("*.py")]:
        text = path.read_text(encoding="utf-8")
        name = path.relative_to(root)
        if "migrations" in path.parts:
            continue
        if (lines := text.count("\n")) > MAX_FILE:
            yield f"{name}: {lines} lines, at most {MAX_FILE}"
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > MAX_FUNCTION:
                    yield f"{name}:{node.lineno}: {node.name} has {length} lines, at most {MAX_FUNCTION}"


def _sources(root: Path) -> Iterator[Path]:
    for wing in WINGS:
        yield from sorted((root / wing).rglob("*.py"))


def _imports(path: Path) -> Iterator[tuple[int, str]]:
    """Every module named by an import, `from a import b` as both `a` and `a.b`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.lineno, node.module
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def _is_leaf(root: Path, room: str, inside: str) -> bool:
    """Whether it is no module at all (a name), or a module that imports nothing of its room: a pure helper."""
    path = root.joinpath(*room.split("."), *inside.split("."))
    file = path.with_suffix(".py") if path.with_suffix(".py").exists() else path / "__init__.py"
    return not file.exists() or not any(module.startswith(f"{room}.") for _, module in _imports(file))


if __name__ == "__main__":
    sys.exit(main())
