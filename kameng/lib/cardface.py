"""Card faces: a deterministic drawing for every product, so that a bare catalogue still looks like a shop.

Pure: the same Face always gives the same SVG. Colours are hex, converted from OKLCH here, so that mail clients and old
browsers can draw them. Text on its ground is at least 4.5:1 in every scheme.
"""

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Literal

from kameng.lib.cardpatterns import PATTERNS, number

Size = Literal["l", "m", "s"]
SIZES: tuple[Size, ...] = ("l", "m", "s")

# Category -> hue, chroma. Hues 15 to 50 are never used: they belong to the seal's red.
CATEGORIES: dict[str, tuple[float, float]] = {
    "game": (262, 0.105),
    "topup": (222, 0.085),
    "key": (195, 0.030),
    "acct": (338, 0.080),
    "member": (74, 0.095),
    "gift": (140, 0.075),
}
SERIF = "'Songti SC','Noto Serif CJK SC','Source Han Serif SC','STZhongsong','Microsoft YaHei',serif"
SANS = "'PingFang SC','HarmonyOS Sans SC','Noto Sans CJK SC','Microsoft YaHei',sans-serif"


class UnknownFace(ValueError):
    """The key names no drawing: a wrong size, or not made by `key`."""


@dataclass(frozen=True, slots=True)
class Face:
    """What stands on a card. `seed` fixes pattern and tone (use an id, not a name); `category` the hue."""

    seed: str
    category: str
    title: str = ""
    value: str = ""
    unit: str = ""
    glyph: str = ""
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Scheme:
    ground: str
    line: str
    soft: str
    ink: str


def key(name: str, *, size: Size, dim: bool = False) -> str:
    """The name of one drawing in an address: `<name>-m`, `<name>-m-dim` when sold out."""
    return f"{name}-{size}-dim" if dim else f"{name}-{size}"


def parse_key(text: str) -> tuple[str, Size, bool]:
    """Name, size and dim of a key; raises UnknownFace."""
    dim = text.endswith("-dim")
    name, _, found = text.removesuffix("-dim").rpartition("-")
    for size in SIZES:
        if size == found and name:
            return name, size, dim
    raise UnknownFace(text)


def draw(face: Face, size: Size = "l", dim: bool = False) -> str:
    """The face as an SVG document of its own; all text is escaped."""
    return sheet({"face": (face, size, dim)})


def sheet(faces: Mapping[str, tuple[Face, Size, bool]]) -> str:
    """Faces under each other in one SVG document, from which a page takes each by its name."""
    parts = [
        f'<symbol id="{escape(name)}" viewBox="0 0 320 200">{_drawing(*drawn)}</symbol>'
        f'<use href="#{escape(name)}" y="{200 * n}" width="320" height="200"/>'
        for n, (name, drawn) in enumerate(faces.items())
    ]
    box = f'viewBox="0 0 320 {200 * len(parts)}" width="320" height="{200 * len(parts)}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {box}>{"".join(parts)}</svg>'


@lru_cache(maxsize=512)
def _drawing(face: Face, size: Size, dim: bool) -> str:
    """What is on the card; `s` shows the glyph alone, `m` draws its small print larger."""
    digest = hashlib.sha256(f"{face.category}:{face.seed}".encode()).digest()
    known = face.category in CATEGORIES
    category = face.category if known else "key"
    colours = _faded() if dim else _scheme(digest, *CATEGORIES[category])
    pattern = PATTERNS[category][digest[12] % 2](digest, colours.line)
    body = _glyph_only(face, colours) if size == "s" else _words(face, colours, large=size == "m")
    return f'<rect width="320" height="200" fill="{colours.ground}"/>{pattern}{body}'


def hex_of(lightness: float, chroma: float, hue: float) -> str:
    """An OKLCH colour as #rrggbb, clipped to sRGB."""
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
    linear = (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short,
    )
    return "#" + "".join(f"{_channel(value):02x}" for value in linear)


def _channel(value: float) -> int:
    clipped = max(0.0, min(1.0, value))
    curved = 12.92 * clipped if clipped <= 0.0031308 else 1.055 * clipped ** (1 / 2.4) - 0.055
    return round(curved * 255)


def _scheme(digest: bytes, hue: float, chroma: float) -> Scheme:
    hue += (digest[10] % 17) - 8
    depth = digest[11] % 3
    if depth == 0:
        steps = ((0.36, chroma * 0.9, hue), (0.47, chroma, hue), (0.80, chroma * 0.75, hue), (0.975, 0.012, 90.0))
    elif depth == 1:
        steps = ((0.475, chroma, hue), (0.565, chroma, hue), (0.87, chroma * 0.55, hue), (0.985, 0.01, 90.0))
    else:
        steps = ((0.90, chroma * 0.38, hue), (0.825, chroma * 0.55, hue), (0.50, chroma, hue), (0.30, chroma * 0.75, hue))
    return Scheme(*(hex_of(*step) for step in steps))


def _faded() -> Scheme:
    """Sold out: the same drawing without its colour."""
    return Scheme(hex_of(0.90, 0.006, 90), hex_of(0.845, 0.008, 90), hex_of(0.62, 0.01, 90), hex_of(0.42, 0.012, 90))


def _glyph(face: Face) -> str:
    return escape(face.glyph or face.title[:1] or "卡")


def _glyph_only(face: Face, colours: Scheme) -> str:
    return (
        f'<text x="160" y="146" text-anchor="middle" font-family="{SERIF}" font-weight="700" font-size="128" '
        f'fill="{colours.ink}">{_glyph(face)}</text>'
    )


def _words(face: Face, colours: Scheme, *, large: bool) -> str:
    title_size, unit_size = (25, 23) if large else (18, 18)
    width = sum(1 if char.isascii() else 1.7 for char in face.value)
    value_size = 58 if width <= 4 else 46 if width <= 6 else 36
    unit_x = 22 + value_size * 0.585 * width + 8
    ink = colours.ink
    return (
        f'<text x="300" y="150" text-anchor="end" font-family="{SERIF}" font-weight="700" font-size="118" '
        f'fill="{colours.soft}" opacity="{0.42 if width < 4 else 0.3}">{_glyph(face)}</text>'
        f'<text x="22" y="{42 if large else 38}" font-family="{SANS}" font-weight="600" font-size="{title_size}" '
        f'fill="{ink}">{escape(face.title)}</text>'
        f"{_pill(face.tag, colours, 17 if large else 12.5)}"
        f'<text x="20" y="176" font-family="{SANS}" font-weight="700" font-size="{value_size}" letter-spacing="-1" '
        f'fill="{ink}">{escape(face.value)}</text>'
        f'<text x="{number(unit_x)}" y="176" font-family="{SANS}" font-weight="500" font-size="{unit_size}" '
        f'fill="{ink}">{escape(face.unit)}</text>'
    )


def _pill(tag: str, colours: Scheme, size: float) -> str:
    if not tag:
        return ""
    width = size * 1.3 + sum(size * (0.6 if char.isascii() else 1.04) for char in tag)
    height = size * 1.92
    return (
        f'<rect x="{number(300 - width)}" y="18" width="{number(width)}" height="{number(height)}" '
        f'rx="{number(height / 2)}" fill="{colours.ground}" stroke="{colours.soft}"/>'
        f'<text x="{number(300 - width / 2)}" y="{number(18 + height / 2 + size * 0.36)}" text-anchor="middle" '
        f'font-family="{SANS}" font-size="{size}" fill="{colours.ink}">{escape(tag)}</text>'
    )
