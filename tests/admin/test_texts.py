"""The theme ships no translations: what its pages say is named among our texts, also after it was upgraded."""

import re
from pathlib import Path

import pytest
import unfold
from django.utils import translation

from kameng.lib.theme_texts import TEXTS

pytestmark = pytest.mark.once

TEXT = re.compile(r"""\{%\s*trans(?:late)?\s+(?:"([^"]+)"|'([^']+)')""")
#: Parts of the theme that no page of ours shows: images, nested forms, the search over everything, money fields.
UNSEEN = {
    *("Image preview", "Record picture", "Search apps and models...", "Recent searches", "No recent searches"),
    *("Select currency", "After you've created a user, you’ll be able to edit more user options."),
}


def texts_of_the_theme() -> set[str]:
    folder = Path(unfold.__file__).parent / "templates"
    return {a or b for path in folder.rglob("*.html") for a, b in TEXT.findall(path.read_text())}


def test_every_text_of_the_theme_is_translated() -> None:
    with translation.override("zh-hans"):
        missing = {text for text in texts_of_the_theme() if translation.gettext(text) == text}
    assert missing - set(TEXTS) <= UNSEEN


def test_what_we_name_is_translated() -> None:
    with translation.override("zh-hans"):
        assert [text for text in TEXTS if translation.gettext(text) == text] == []
