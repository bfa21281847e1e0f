"""F5: a recipient is folded to one form; what cannot be seen, or only looks alike, is refused with what it is and where."""

from collections.abc import Sequence

import pytest

from tests.lib.inputs_world import KINDS, STORY, answer

pytestmark = [pytest.mark.once, pytest.mark.usefixtures("english")]

AGAIN = "Please delete it, or type everything again by hand."
START = f"It stands at the very start. {AGAIN}"
HIDDEN = "There is an invisible character (U+%s) in it."
TURNING = "There is an invisible character (U+%s) in it that turns the direction of writing."
MIXED = "Letters of %s are mixed in it; some of them only look alike: “%s” in “%s” is %s. Please type it again."
NOT_A_LETTER = "Character %s is not a letter from A to Z or a digit: %s"


def after(before: str) -> str:
    return f"It stands after “{before}”. {AGAIN}"


#: Folded: one stored form, whatever the keyboard or the web page it was copied from made of it.
FOLDED = [
    ("role", "１０８２７７４３６５", "1082774365", "full-width digits"),
    ("role", "①⓪⑧②⑦⑦④③⑥⑤", "1082774365", "circled digits"),
    ("role", "¹⁰⁸²⁷⁷⁴³⁶⁵", "1082774365", "superscript digits"),
    ("role", "₁₀₈₂₇₇₄₃₆₅", "1082774365", "subscript digits"),
    ("role", "𝟏𝟎𝟖𝟐𝟕𝟕𝟒𝟑𝟔𝟓", "1082774365", "mathematical digits"),
    ("role", "1082\u00a07743\u202f65", "1082774365", "no-break spaces"),
    ("role", "1082\u30007743\u200965\u3000", "1082774365", "ideographic and thin spaces"),
    ("role of letters", "ＡｂＣ１", "AbC1", "full-width letters"),
    ("role of letters", "\ufb01nal1", "final1", "ligature"),
    ("role of letters", "\u212alaus1", "Klaus1", "Kelvin sign"),
    ("role of letters", "𝓟𝓵𝓪𝔂𝓮𝓻", "Player", "mathematical letters"),
    ("role of letters", "Ⅳabc", "IVabc", "Roman numeral"),
    ("role of letters", "me\u017f\u017fi", "messi", "long s"),
    ("role with marks", "ab＿c－d", "ab_c-d", "full-width marks"),
    ("role with marks", "ab\u2011cd", "ab-cd", "no-break hyphen"),
    ("mainland phone", "＋８６　１３８００１３８０００", "13800138000", "full-width number"),
    ("e-mail", "ｂｏｂ＠ｑｑ．ｃｏｍ", "bob@qq.com", "full-width address"),
    ("e-mail", "bob@qq｡com", "bob@qq.com", "half-width ideographic full stop"),
    ("name", "Jose\u0301 Garci\u0301a", "José García", "letters and their marks apart"),
    ("name", "\ufa19谷", "神谷", "compatibility ideograph"),
    ("note", "ﾊﾝｶｸ", "ハンカク", "half-width katakana"),
]
#: Refused: the message names the character and its place.
REFUSED = [
    ("role", "1082\u200b774365", HIDDEN % "200B", after("1082"), "zero-width space"),
    ("role", "\u200b1082774365", HIDDEN % "200B", START, "zero-width space at the start"),
    ("role", "1082774365\u200d", HIDDEN % "200D", after("82774365"), "zero-width joiner at the end"),
    ("role", "1082\u200c774365", HIDDEN % "200C", after("1082"), "zero-width non-joiner"),
    ("role", "\ufeff1082774365", HIDDEN % "FEFF", START, "byte order mark"),
    ("role", "1082\u00ad774365", HIDDEN % "00AD", after("1082"), "soft hyphen"),
    ("role", "1082\u2060774365", HIDDEN % "2060", after("1082"), "word joiner"),
    ("role", "1082\u180e774365", HIDDEN % "180E", after("1082"), "Mongolian vowel separator"),
    ("role", "1082\u034f774365", HIDDEN % "034F", after("1082"), "grapheme joiner"),
    ("role", "1082\u3164774365", HIDDEN % "1160", after("1082"), "Hangul filler"),
    ("role", "1082\uffa0774365", HIDDEN % "1160", after("1082"), "half-width Hangul filler"),
    ("role", "1082\u2800774365", HIDDEN % "2800", after("1082"), "empty Braille cell"),
    ("role", "1082\ufe0f774365", HIDDEN % "FE0F", after("1082"), "variation selector"),
    ("role", "1082\U000e0031774365", HIDDEN % "E0031", after("1082"), "tag character"),
    ("role", "1082\U000e0100774365", HIDDEN % "E0100", after("1082"), "variation selector of the supplement"),
    ("role", "1082\x00774365", HIDDEN % "0000", after("1082"), "NUL"),
    ("role", "1082\x7f774365", HIDDEN % "007F", after("1082"), "delete"),
    ("role", "1082\u202e563477", TURNING % "202E", after("1082"), "right-to-left override"),
    ("role", "\u202d1082774365\u202c", TURNING % "202D", START, "override around a copied number"),
    ("role", "1082\u200f774365", TURNING % "200F", after("1082"), "right-to-left mark"),
    ("role", "1082\u2066774365\u2069", TURNING % "2066", after("1082"), "isolate"),
    ("role", "1082\u061c774365", TURNING % "061C", after("1082"), "Arabic letter mark"),
    ("role", "1082\u2028774365", "There is a line break in it, and it must be one line.", after("1082"), "line separator"),
    (
        "role",
        "1082\ue000774365",
        "There is a character (U+E000) in it that every device shows differently.",
        after("1082"),
        "private use",
    ),
    ("role", "1082\ud83d774365", "There is half a character (U+D83D) in it.", after("1082"), "surrogate"),
    (
        "role",
        "1082\u0378774365",
        "There is a character (U+0378) in it that no device can show.",
        after("1082"),
        "unassigned",
    ),
    ("role", "1082\ufffd774365", "A character was lost on its way here (U+FFFD).", after("1082"), "replacement character"),
    ("note", "a\u0301\u0302\u0303\u0304\u0305", "Too many marks are piled up on one letter.", after("á"), "combining storm"),
    ("name", "张\u200b三", HIDDEN % "200B", after("张"), "zero-width space in a name"),
    ("story", "one\ntw\u202eo", TURNING % "202E", after("one\ntw"), "override in a text"),
]
#: Refused by an alphabet, which says where the stranger stands.
STRANGE = [
    ("role", "١٠٨٢٧٧٤٣٦٥", "Character 1 is a digit of another script: ١ (U+0661). Type it as 0 to 9", "Arabic-Indic digits"),
    (
        "role",
        "108277436৪",
        "Character 10 is a digit of another script: ৪ (U+09EA). Type it as 0 to 9",
        "Bengali four",
    ),
    ("role", "108277436½", "Character 11 is not a digit: ⁄ (U+2044)", "fraction"),
    ("role", "1082774365\u20e3", "Character 11 is not a digit: U+20E3", "keycap"),
    ("role", "一〇八二七七四三六五", "Character 1 is not a digit: 一", "Chinese numerals"),
    ("role of letters", "раура1", NOT_A_LETTER % (1, "р (Cyrillic, U+0440)"), "all Cyrillic"),
    ("role of letters", "αβγδ", NOT_A_LETTER % (1, "α (Greek, U+03B1)"), "all Greek"),
    ("role of letters", "ad\u0131da", NOT_A_LETTER % (3, "ı (U+0131)"), "dotless i"),
    ("role of letters", "ab\u0261cd", NOT_A_LETTER % (3, "ɡ (U+0261)"), "script g"),
    ("role of letters", "ꓐꓳꓐꓬ", NOT_A_LETTER % (1, "ꓐ (Lisu, U+A4D0)"), "Lisu"),
    ("e-mail", "b\u00f6b@qq.com", "Character 2 cannot stand in an address: ö (U+00F6)", "umlaut in an address"),
]
#: Two alphabets in one word.
MINGLED = [
    ("role of letters", "pаypal", MIXED % ("Latin and Cyrillic", "а", "pаypal", "Cyrillic"), "Cyrillic a"),
    ("role of letters", "аррӏе1x", MIXED % ("Cyrillic and Latin", "x", "аррӏе1x", "Latin"), "one Latin letter"),
    ("e-mail", "bob@еxample.com", MIXED % ("Latin and Cyrillic", "е", "еxample", "Cyrillic"), "Cyrillic e in a host"),
    ("e-mail", "alphα@qq.com", MIXED % ("Latin and Greek", "α", "alphα", "Greek"), "Greek alpha"),
    ("name", "Ivаn Petrov", MIXED % ("Latin and Cyrillic", "а", "Ivаn", "Cyrillic"), "Cyrillic a in a name"),
    ("name", "Aн", MIXED % ("Latin and Cyrillic", "н", "Aн", "Cyrillic"), "as many Latin as Cyrillic letters"),
    ("name", "Ꭺnna", MIXED % ("Latin and Cherokee", "Ꭺ", "Ꭺnna", "Cherokee"), "Cherokee"),
    ("e-mail", "bob@qᱦq.com", MIXED % ("Latin and Ol Chiki", "ᱦ", "qᱦq", "Ol Chiki"), "Ol Chiki"),
    ("note", "my pаypal id", MIXED % ("Latin and Cyrillic", "а", "pаypal", "Cyrillic"), "Cyrillic a in a text"),
]


def titled(rows: Sequence[tuple[str, ...]]) -> list[object]:
    return [pytest.param(*row[:-1], id=row[-1]) for row in rows]


@pytest.mark.parametrize(("kind", "typed", "stored"), titled(FOLDED))
def test_another_form_of_the_same_is_stored_as_one(kind: str, typed: str, stored: str) -> None:
    assert answer(KINDS[kind], typed) == stored


@pytest.mark.parametrize(("kind", "typed", "what", "where"), titled(REFUSED))
def test_what_cannot_be_seen_is_named_and_located(kind: str, typed: str, what: str, where: str) -> None:
    assert answer(KINDS[kind], typed) == [f"{what} {where}"]


@pytest.mark.parametrize(("kind", "typed", "said"), titled(STRANGE + MINGLED))
def test_what_only_looks_alike_is_named_and_located(kind: str, typed: str, said: str) -> None:
    assert answer(KINDS[kind], typed) == [said]


def test_what_unfolds_to_more_than_a_text_is_too_long() -> None:
    said = "This is far too long: 18000 characters, where at most 1000 fit."
    assert [answer(KINDS[name], "\ufdfa" * 1_000) for name in ("role", "note")] == [[said], [said]]


def test_two_alphabets_may_stand_in_one_text_but_not_in_one_word() -> None:
    assert answer(STORY, "Привет 世界 hello，你好Hello") == "Привет 世界 hello，你好Hello"


def test_a_picture_is_kept_and_its_selector_dropped() -> None:
    assert answer(STORY, "谢谢❤\ufe0f") == "谢谢❤"


def test_parts_are_judged_one_by_one() -> None:
    typed = {"province": "广\u200b东", "city": "深圳市", "detail": "科技\u202e园路 1 号"}
    assert answer(KINDS["address"], typed) == {
        "province": [f"{HIDDEN % '200B'} {after('广')}"],
        "detail": [f"{TURNING % '202E'} {after('科技')}"],
    }
