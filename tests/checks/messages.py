"""Whether the translations are complete and compiled: `python -m tests.checks.messages [--write]`.

Complete: every text of the sources is in the catalogue (asked of xgettext where it is installed), translated, not fuzzy, and
with the placeholders of the original. Compiled: the `.mo` says what the `.po` says. `--write` collects and compiles.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po

from tests.checks import production

ROOT = Path(__file__).resolve().parents[2]
LOCALE = "zh_Hans"
FOLDER = Path("kameng", "locale", LOCALE, "LC_MESSAGES")
SOURCES = ("kameng", "shop", "fulfillment", "templates", "manage.py")
COLLECT = [
    "makemessages",
    f"--locale={LOCALE}",
    "--no-location",
    "--no-obsolete",
    "--ignore=tests",
    "--ignore=node_modules",
    "--ignore=var",
]

PERCENT = re.compile(r"%(?:\(\w+\))?[-+ #0]*\d*(?:\.\d+)?[a-zA-Z]")
BRACE = re.compile(r"\{\w*(?::[^{}]*)?\}")

HEADERS = {"Language": LOCALE, "Plural-Forms": "nplurals=1; plural=0;"}

Key = tuple[str | None, str]


def faults(catalog: Catalog) -> Iterator[str]:
    """What is wrong with single messages, in words."""
    for message in catalog:
        if not message.id:
            continue
        name = f"“{_source(message)}”"
        texts = _texts(message)
        if message.fuzzy:
            yield f"fuzzy: {name}"
        if not all(texts):
            yield f"untranslated: {name}"
            continue
        # A language with one plural form speaks of the plural.
        wanted = placeholders(message.id[-1] if isinstance(message.id, tuple | list) else message.id)
        for text in texts:
            if placeholders(text) != wanted:
                yield f"placeholders differ: {name} and “{text}”"
            if text.endswith("\n") != _source(message).endswith("\n"):
                yield f"line ends differ: {name}"


def placeholders(text: str) -> set[str]:
    """What is filled in later: `%(name)s`, `%s`, `{name}`."""
    return set(PERCENT.findall(text.replace("%%", ""))) | set(BRACE.findall(text))


def entries(catalog: Catalog) -> dict[Key, tuple[str, ...]]:
    """The translation of each message, by context and text."""
    return {(_context(message), _source(message)): _texts(message) for message in catalog if message.id}


def finished(catalog: Catalog) -> Catalog:
    """What is compiled: translated, and no guess."""
    done = Catalog(locale=LOCALE)
    for message in catalog:
        if message.id and not message.fuzzy and all(_texts(message)):
            done[message.id] = message
    return done


def check(root: Path = ROOT) -> Iterator[str]:
    """Everything that is wrong."""
    catalog = _read(root)
    yield from faults(catalog)
    compiled = root / FOLDER / "django.mo"
    if not compiled.exists():
        yield "django.mo is missing: run `make messages`"
    else:
        with compiled.open("rb") as file:
            if entries(read_mo(file)) != entries(finished(catalog)):
                yield "django.mo says something else than django.po: run `make messages`"
    if shutil.which("xgettext"):
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder)
            for name in SOURCES:
                source = root / name
                if source.is_dir():
                    shutil.copytree(source, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
                else:
                    shutil.copy2(source, copy / name)
            collect(copy)
            before, after = entries(catalog).keys(), entries(_read(copy)).keys()
        yield from (f"not in the catalogue: “{text}”" for _, text in sorted(after - before, key=str))
        yield from (f"in no source any more: “{text}”" for _, text in sorted(before - after, key=str))
    else:
        print("note: xgettext is not installed, so the catalogue was not compared with the sources", file=sys.stderr)


def collect(root: Path) -> None:
    """Bring the catalogue up to date with the sources; needs gettext."""
    with production.environment() as environment:
        subprocess.run(
            [sys.executable, "manage.py", *COLLECT], cwd=root, env=environment, check=True, stdout=subprocess.DEVNULL
        )


def settle(text: str) -> str:
    """A catalogue without guesses: msgmerge fills a new text with the translation of a similar one, which nobody asked for."""
    blocks = text.split("\n\n")
    return "\n\n".join([_header(blocks[0]), *(_unguessed(block) for block in blocks[1:])])


def _header(block: str) -> str:
    block = re.sub(r"^#, fuzzy\n", "", block, flags=re.MULTILINE)
    for name, value in HEADERS.items():
        block = re.sub(rf'^"{name}:.*\n?', "", block, flags=re.MULTILINE).rstrip("\n") + f'\n"{name}: {value}\\n"'
    return block


def _unguessed(block: str) -> str:
    # This language has one form for all numbers; a tool that did not know it may have left a second.
    block = re.sub(r"^msgstr\[1\](.*\n?)*", "", block, flags=re.MULTILINE)
    if not re.search(r"^#,.*\bfuzzy\b", block, re.MULTILINE):
        return block
    block = re.sub(r"^#\|.*\n|^#, fuzzy\n", "", block, flags=re.MULTILINE).replace("#, fuzzy, ", "#, ")
    end = "\n" if block.endswith("\n") else ""
    empty = 'msgstr[0] ""' if "\nmsgstr[0]" in block else 'msgstr ""'
    return block[: re.search(r"^msgstr", block, re.MULTILINE).start()] + empty + end  # type: ignore[union-attr]


def compile_catalog(root: Path) -> None:
    """Write the `.mo`; needs no gettext."""
    with (root / FOLDER / "django.mo").open("wb") as file:
        write_mo(file, finished(_read(root)))


def _read(root: Path) -> Catalog:
    with (root / FOLDER / "django.po").open("rb") as file:
        return read_po(file, locale=LOCALE)


def _source(message: Message) -> str:
    return str(message.id[0] if isinstance(message.id, tuple | list) else message.id)


def _context(message: Message) -> str | None:
    # What is read from a compiled catalogue is not decoded.
    context: str | bytes | None = message.context
    return context.decode() if isinstance(context, bytes) else context


def _texts(message: Message) -> tuple[str, ...]:
    return tuple(message.string) if isinstance(message.string, tuple | list) else (str(message.string),)


def main(arguments: list[str]) -> int:
    """The command line; returns the exit code."""
    if arguments == ["--write"]:
        collect(ROOT)
        catalog = ROOT / FOLDER / "django.po"
        catalog.write_text(settle(catalog.read_text(encoding="utf-8")), encoding="utf-8")
        compile_catalog(ROOT)
    wrong = list(check())
    for line in wrong:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
