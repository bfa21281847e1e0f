"""F4: no text hangs a worker. Merchants choose field types and write no patterns; what stalls patterns is answered at once."""

import ast
import json
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from kameng.lib import inputs
from kameng.lib.inputs.base import FieldType
from tests.harness.scale import scale
from tests.lib.inputs_world import KINDS, filled

pytestmark = pytest.mark.once

#: Patterns as people write them for accounts, names and addresses, each with a text that stalls Python's `re`.
STALLING: dict[str, tuple[str, str]] = {
    "words": (r"^(\w+\s?)*$", "abcdefghijklmnopqrstuvwxyzabcd!"),
    "letters": (r"^(a+)+$", "a" * 40 + "!"),
    "one or two": (r"^(a|aa)+$", "a" * 60 + "!"),
    "one or none": (r"^(a|a?)+$", "a" * 40 + "!"),
    "twenty times": (r"(.*a){20}$", "a" * 60 + "!"),
    "digits": (r"^(\d+)*$", "1" * 40 + "x"),
    "pairs": (r"^((ab)*)+$", "ab" * 40 + "a"),
    "class name": (r"^(([a-z])+.)+[A-Z]([a-z])+$", "a" * 50),
    "mail, of a library": (r"^([a-zA-Z0-9])(([\-.]|[_]+)?([a-zA-Z0-9]+))*(@){1}[a-z0-9]+[.]{1}[a-z]{2,3}$", "a" * 40 + "!"),
    "mail, one's own": (r"^([a-zA-Z0-9]+\.?)+@qq\.com$", "a" * 40 + "@qq.con"),
    "mail, host": (r"^((?:[^@\s]+\.)*[^@\s]+)+@", "a." * 20 + "a" * 20),
    "phone": (r"^(\+?\d[- ]?)+$|^(\d+-?)+$", "1" * 40 + "x"),
    "phone, groups": (r"^(\d{1,4}[- ]?)+$", "1" * 60 + "x"),
    "Chinese words": (r"^(?:(?:[\u4e00-\u9fa5]+)\s*)+$", "张" * 40 + "3"),
    "list": (r"^(([^,]+),?)*;$", "华东一服," * 10 + "a" * 30),
    "brackets": (r"^(\([^)]*\)|[^()]+)*$", "a" * 40 + "("),
    "outer spaces": (r"^\s+|\s+$", "x" + " " * 60_000 + "x"),
    "name and value": (r".*.*=.*$|x*x*x*y", "x" * 60_000),
    "header": (r"(?:.*)*;(?:.*)*=", "x" * 40),
    "markup": (r"<(?:[^<>]+|<[^>]*>)*>$", "<" + "a" * 40),
}
#: What is slow without any pattern: putting marks in order, unfolding ligatures, sheer size.
HEAVY = {
    "marks": "a" + "\u0301" * 15_000 + "\u0316" * 15_000,
    "marks, within the limit": "a" + "\u0301" * 499 + "\u0316" * 500,
    "ligatures": "\ufdfa" * 1_000,
    "two alphabets": "aа" * 500,
    "a million digits": "1" * 1_000_000,
    "lines": "\n" * 1_000,
}
LONGEST_SECONDS = 0.05
RUN = "import json, re, sys; re.search(*json.load(sys.stdin))"


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("text", [text for _pattern, text in STALLING.values()] + [*HEAVY.values()], ids=[*STALLING, *HEAVY])
def test_every_type_answers_at_once(name: str, text: str) -> None:
    assert min(_seconds(KINDS[name], text) for _ in range(3)) < LONGEST_SECONDS


@pytest.mark.drill
@pytest.mark.parametrize("name", scale(["words", "outer spaces"], [*STALLING]))
def test_the_texts_stall_the_patterns_they_are_for(name: str) -> None:
    with pytest.raises(subprocess.TimeoutExpired):
        subprocess.run([sys.executable, "-c", RUN], input=json.dumps(STALLING[name]).encode(), timeout=20 * LONGEST_SECONDS)


def test_there_are_twenty_patterns() -> None:
    assert len(STALLING) == 20


def test_the_library_compiles_no_pattern_of_anybody() -> None:
    folder = Path(inputs.__file__).parent
    imported = {
        alias.name
        for path in folder.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    assert not imported & {"re", "regex", "RegexValidator", "RegexField"}


def _seconds(kind: FieldType[Any], text: str) -> float:
    typed = filled(kind, text)
    began = time.perf_counter()
    with suppress(ValidationError):
        kind.clean(typed)
    return time.perf_counter() - began
