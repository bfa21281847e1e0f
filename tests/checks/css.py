"""Whether the committed CSS was built from what is here: `python -m tests.checks.css [--write]`. Needs no Node.

`static/css/app.css` begins with the hash of everything it depends on: the files of `static/src`, the pinned tools in
`package.json`, and the class names found in the files that Tailwind scans (the `@source` lines of `static/src/app.css`).
Only the names count, so that another text in a template asks for no new build and another class does.
"""

import ast
import hashlib
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCES = "static/src"
BUILT = "static/css/app.css"
HEADER = re.compile(r"\A/\* kameng-css sha256:([0-9a-f]{64}) \*/\n")

SOURCE_LINE = re.compile(r"""^@source\s+["']([^"']+)["']""", re.MULTILINE)
TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)
COMMENT = re.compile(r"\{%\s*comment\b.*?endcomment\s*%\}|\{#.*?#\}|<!--.*?-->", re.DOTALL)
CLASSES = re.compile(r"""[\w:.-]*(?:class|cls)[\w-]*\s*[=:]\s*(["'])(.*?)\1""", re.DOTALL)
QUOTED = re.compile(r"""(["'])(.*?)\1""", re.DOTALL)
SCRIPT_STRING = re.compile(r"""(["'`])((?:(?!\1).)*)\1""")
NAME = re.compile(r"^[!-]?[@a-z0-9*\[][\w:/.,%()\[\]#=&>*'+!-]*$")


def digest(root: Path = ROOT) -> str:
    """The hash of everything the CSS depends on."""
    made = hashlib.sha256()
    for path in [*sorted(file for file in (root / SOURCES).rglob("*") if file.is_file()), root / "package.json"]:
        made.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    for name in sorted(names(root)):
        made.update(name.encode() + b"\n")
    return made.hexdigest()


def names(root: Path) -> set[str]:
    """The class names in the files that Tailwind scans."""
    found: set[str] = set()
    for path in _scanned(root):
        text = path.read_text(encoding="utf-8")
        found.update({".html": in_template, ".py": in_python}.get(path.suffix, in_script)(text))
    return found


def in_template(text: str) -> set[str]:
    """Names in class attributes, words quoted by tags inside them too, and in tags' arguments named like a class."""
    bare = COMMENT.sub(" ", text)
    inside_tags = (value for tag in TAG.findall(bare) for _, value in CLASSES.findall(tag))
    attributes = (value for _, value in CLASSES.findall(TAG.sub(_quoted_words, bare)))
    return _split([*inside_tags, *attributes])


def in_python(text: str) -> set[str]:
    """Names in all strings that are no documentation."""
    tree = ast.parse(text)
    documentation = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and node.body and isinstance(node.body[0], ast.Expr)
    }
    strings = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in documentation)
    return _split(node.value for node in strings if isinstance(node.value, str))


def in_script(text: str) -> set[str]:
    """Names in all strings."""
    return _split(value for _, value in SCRIPT_STRING.findall(text))


def check(root: Path = ROOT) -> str:
    """What is wrong, or an empty string."""
    built = root / BUILT
    if not built.exists():
        return f"{BUILT} is missing: run `make css`"
    with built.open(encoding="utf-8") as file:
        header = HEADER.match(file.readline())
    if header is None:
        return f"{BUILT} has no hash of its sources: run `make css`"
    if header[1] != digest(root):
        return f"{BUILT} is older than its sources or the templates' classes: run `make css`"
    return ""


def write(root: Path = ROOT) -> None:
    """Put the hash of the sources at the head of the built file."""
    built = root / BUILT
    body = HEADER.sub("", built.read_text(encoding="utf-8"))
    built.write_text(f"/* kameng-css sha256:{digest(root)} */\n{body}", encoding="utf-8")


def _scanned(root: Path) -> Iterator[Path]:
    text = (root / SOURCES / "app.css").read_text(encoding="utf-8")
    base = (root / SOURCES).resolve()
    for pattern in SOURCE_LINE.findall(text):
        up, parts = base, pattern.split("/")
        while parts[0] in {".", ".."}:
            up = up.parent if parts.pop(0) == ".." else up
        found = up.glob("/".join(parts)) if len(parts) > 1 or "*" in parts[0] else [up / parts[0]]
        yield from sorted(path for path in found if path.is_file())


def _quoted_words(tag: re.Match[str]) -> str:
    # `{% if a == "b" %}` inside an attribute must not end it; `{{ x|yesno:"is-on,is-off" }}` names two classes.
    return " " + " ".join(value.replace(",", " ") for _, value in QUOTED.findall(tag[0])) + " "


def _split(values: Iterable[str]) -> set[str]:
    return {word for value in values for word in value.split() if NAME.match(word)}


def main(arguments: list[str]) -> int:
    """The command line; returns the exit code."""
    if arguments == ["--write"]:
        write()
    wrong = check()
    if wrong:
        print(wrong, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
