"""The check of the translations finds each kind of fault."""

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from tests.checks import messages

pytestmark = pytest.mark.once


def found(source: str | tuple[str, str], text: str | tuple[str, ...], **options: bool) -> list[str]:
    catalog = Catalog(locale="zh_Hans")
    catalog.add(source, text, flags=["fuzzy"] if options.get("fuzzy") else [])
    return [fault.split(":")[0] for fault in messages.faults(catalog)]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("Pay %(amount)s now", "现在支付 %(amount)s"),
        (("%(n)s key", "%(n)s keys"), ("%(n)s 张卡密",)),
        ("100%% refunded", "已全额退款"),
        ("{name} sells", "{name} 在售"),
    ],
)
def test_a_good_translation_passes(source: str, text: str) -> None:
    assert found(source, text) == []


def test_an_untranslated_text_is_found() -> None:
    assert found("Pay", "") == ["untranslated"]


def test_a_fuzzy_text_is_found() -> None:
    assert found("Pay", "支付", fuzzy=True) == ["fuzzy"]


@pytest.mark.parametrize("text", ["支付", "支付 %(sum)s", "支付 {amount}"])
def test_a_lost_or_changed_placeholder_is_found(text: str) -> None:
    assert found("Pay %(amount)s", text) == ["placeholders differ"]


def test_a_lost_line_end_is_found() -> None:
    assert found("Pay\n", "支付") == ["line ends differ"]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with one translated text, where xgettext is not installed."""
    folder = tmp_path / messages.FOLDER
    folder.mkdir(parents=True)
    (folder / "django.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "Pay"\nmsgstr "支付"\n'
    )
    messages.compile_catalog(tmp_path)
    monkeypatch.setattr("tests.checks.messages.shutil.which", lambda _: None)
    assert list(messages.check(tmp_path)) == []
    return tmp_path


def test_a_catalogue_changed_after_compiling_is_found(project: Path) -> None:
    path = project / messages.FOLDER / "django.po"
    path.write_text(path.read_text().replace("支付", "付款"))
    assert any("something else" in fault for fault in messages.check(project))


def test_a_missing_compiled_catalogue_is_found(project: Path) -> None:
    (project / messages.FOLDER / "django.mo").unlink()
    assert any("missing" in fault for fault in messages.check(project))


GUESSED = """# Heading
#, fuzzy
msgid ""
msgstr ""
"Language: \\n"
"Content-Type: text/plain; charset=UTF-8\\n"

msgid "Pay"
msgstr "支付"

#, fuzzy, python-format
#| msgid "Pay %(a)s"
msgid "Pays %(a)s"
msgstr "支付 %(a)s"

#, fuzzy
#| msgid "key"
msgid "%(n)s key"
msgid_plural "%(n)s keys"
msgstr[0] "密"
"""


def test_guesses_of_a_merge_are_dropped_and_translations_stay(tmp_path: Path) -> None:
    path = tmp_path / "django.po"
    path.write_text(messages.settle(GUESSED))
    assert "fuzzy" not in path.read_text()
    with path.open("rb") as file:
        catalog = read_po(file)
    assert messages.entries(catalog) == {(None, "Pay"): ("支付",), (None, "Pays %(a)s"): ("",), (None, "%(n)s key"): ("",)}
    assert 'msgstr ""\n"Content-Type' in path.read_text()
    assert '"Language: zh_Hans\\n"\n"Plural-Forms: nplurals=1; plural=0;\\n"' in path.read_text()
    assert messages.settle(path.read_text()) == path.read_text()
    assert "#, python-format" in path.read_text()


def test_a_catalogue_still_being_translated_is_compiled_as_far_as_it_goes(project: Path) -> None:
    path = project / messages.FOLDER / "django.po"
    path.write_text(path.read_text() + '\nmsgid "Wait"\nmsgstr ""\n')
    assert list(messages.check(project)) == ["untranslated: “Wait”"]
