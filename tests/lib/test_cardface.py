"""Card faces: the same card for the same seed, and nothing of a merchant's text as markup."""

from dataclasses import replace
from xml.dom.minidom import parseString

import pytest

from kameng.lib.cardface import CATEGORIES, SIZES, Face, Size, UnknownFace, _drawing, draw, hex_of, key, parse_key, sheet

FACE = Face(seed="listing:1", category="game", title="山海纪", value="648", unit="灵石", tag="国服")


class TestAFace:
    def test_is_the_same_for_the_same_seed(self) -> None:
        _drawing.cache_clear()
        first = draw(FACE, "m")
        _drawing.cache_clear()
        assert draw(FACE, "m") == first

    def test_differs_for_another_seed(self) -> None:
        assert draw(FACE) != draw(replace(FACE, seed="listing:2"))

    @pytest.mark.parametrize("category", [*CATEGORIES, "one the catalogue invented"])
    @pytest.mark.parametrize("size", SIZES)
    def test_is_well_formed_in_every_category_and_size(self, category: str, size: Size) -> None:
        for seed in range(12):
            for dim in (False, True):
                parseString(draw(Face(seed=str(seed), category=category, title="墨", value="12.5"), size, dim))

    def test_escapes_what_a_merchant_wrote(self) -> None:
        nasty = "</text><script>alert(1)</script>\"'&"
        drawn = draw(Face(seed="1", category="key", title=nasty, value=nasty, unit=nasty, glyph=nasty, tag=nasty))
        assert "<script" not in drawn
        parseString(drawn)

    def test_shows_the_first_letter_of_the_title_without_a_glyph(self) -> None:
        assert ">山</text>" in draw(FACE, "s")

    def test_loses_its_colour_when_sold_out(self) -> None:
        assert draw(FACE, "m", True) != draw(FACE, "m")

    def test_is_small_enough_for_a_shelf_of_them(self) -> None:
        assert max(len(draw(Face(seed=str(n), category=c))) for n in range(20) for c in CATEGORIES) < 40_000


class TestASheet:
    def test_has_every_face_by_its_name(self) -> None:
        names = ["s1.aa-m", "c2.bb-s-dim"]
        drawn = parseString(sheet(dict.fromkeys(names, (FACE, "m", False))))
        assert [symbol.getAttribute("id") for symbol in drawn.getElementsByTagName("symbol")] == names

    def test_shows_its_faces_under_each_other_as_an_image(self) -> None:
        drawn = parseString(sheet(dict.fromkeys("ab", (FACE, "m", False))))
        assert [use.getAttribute("href") for use in drawn.getElementsByTagName("use")] == ["#a", "#b"]
        [whole] = drawn.getElementsByTagName("svg")
        assert whole.getAttribute("viewBox") == "0 0 320 400"


class TestItsKey:
    @pytest.mark.parametrize("dim", [False, True])
    @pytest.mark.parametrize("size", SIZES)
    def test_comes_back_as_what_it_was_made_of(self, size: Size, dim: bool) -> None:
        assert parse_key(key("s12.1f3a9c04", size=size, dim=dim)) == ("s12.1f3a9c04", size, dim)

    @pytest.mark.parametrize("text", ["", "-m", "x", "x-q", "x-m-dim-dim", "x-dim", "m"])
    def test_of_nothing_is_refused(self, text: str) -> None:
        with pytest.raises(UnknownFace):
            parse_key(text)


class TestColours:
    def test_are_those_of_the_style_guide(self) -> None:
        assert (hex_of(1, 0, 0), hex_of(0, 0, 0), hex_of(0.45, 0.094, 166)) == ("#ffffff", "#000000", "#006549")
