"""The grounds of the card faces: each draws itself from the bytes of a digest, in one line colour on one ground."""

import math
from collections.abc import Callable

Pattern = Callable[[bytes, str, str], str]


def number(value: float) -> str:
    """One decimal at most, no trailing zero: it keeps the images small."""
    return f"{value:.1f}".rstrip("0").rstrip(".")


def rosette(digest: bytes, line: str, ground: str) -> str:
    """A banknote rosette; the seed gives the number of petals."""
    petals, cx, cy = 7 + digest[0] % 9, 236, 100
    curves = []
    for turn, swing in enumerate((26, 14)):
        points = []
        for degree in range(0, 361, 3):
            t = math.radians(degree)
            radius = 62 + swing * math.sin(petals * t + turn * math.pi / 2) + 10 * math.sin(2 * petals * t)
            points.append(f"{number(cx + radius * 1.25 * math.cos(t))} {number(cy + radius * math.sin(t))}")
        path = "M" + "L".join(points) + "Z"
        for scale in (1, 0.8, 0.6, 0.4):
            shift = f"{number(cx * (1 - scale))} {number(cy * (1 - scale))}"
            curves.append(
                f'<path d="{path}" transform="translate({shift}) scale({scale})" vector-effect="non-scaling-stroke"/>'
            )
    return _lines(curves, line, 0.8)


def waves(digest: bytes, line: str, ground: str) -> str:
    """Sea waves. Every circle is filled, so painting downwards hides the lower halves."""
    unit, circles = 34 + digest[0] % 10, []
    y, row = 40.0, 0
    while y < 240:
        x = 0.0 if row % 2 else -float(unit)
        while x < 360:
            circles += [f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(unit * k)}"/>' for k in (1, 0.7, 0.4)]
            x += 2 * unit
        y += unit * 0.5
        row += 1
    return f'<g fill="{ground}" stroke="{line}" stroke-width="1.1">{"".join(circles)}</g>'


def fret(digest: bytes, line: str, ground: str) -> str:
    """A key fret of hooks that turn towards each other."""
    step = 26 + digest[0] % 8
    hooks = []
    for j in range(int(200 / step) + 2):
        for i in range(int(320 / step) + 2):
            x, y, side = i * step - 4, j * step - 4, step - 6
            out, in_, lift = number(side * 0.66), number(side * 0.34), number(side * 0.62)
            if (i + j) % 2:
                hooks.append(f"M{x} {y + side}v-{side}h{side}v{side}h-{out}v-{lift}h{in_}v{number(side * 0.3)}")
            else:
                hooks.append(f"M{x + side} {y}v{side}h-{side}v-{side}h{out}v{lift}h-{in_}v-{number(side * 0.3)}")
    return f'<path d="{"".join(hooks)}" fill="none" stroke="{line}" stroke-width="1.6"/>'


def ripples(digest: bytes, line: str, ground: str) -> str:
    """Rings around one drop."""
    cx, cy = 210 + digest[0] % 110, 30 + digest[1] % 150
    rings = [f'<circle cx="{cx}" cy="{cy}" r="{radius}"/>' for radius in range(12, 330, 11 + digest[2] % 5)]
    return _lines(rings, line, 1.1)


def strata(digest: bytes, line: str, ground: str) -> str:
    """Hills as contour lines."""
    curves = []
    for k in range(15):
        points = []
        for x in range(0, 321, 10):
            swell = 15 * math.sin(x / (36 + digest[0] % 20) + k * 0.24 + digest[1] % 6) * (x / 320 + 0.25)
            points.append(f"{x} {number(24 + k * 14 + swell + 8 * math.sin(x / 19 + k * 0.5))}")
        curves.append(f'<path d="M{"L".join(points)}"/>')
    return _lines(curves, line, 1.1)


def hexes(digest: bytes, line: str, ground: str) -> str:
    """A honeycomb with some small cells."""
    side = 17 + digest[0] % 6
    width, height, cells = side * math.sqrt(3), side * 1.5, []
    for j in range(int(200 / height) + 3):
        for i in range(int(320 / width) + 3):
            cx, cy = i * width + (width / 2 if j % 2 else 0), j * height
            radius = side * (0.94 if (i * 7 + j * 5 + digest[1]) % 4 else 0.5)
            corners = [math.radians(60 * a) for a in range(6)]
            points = " ".join(f"{number(cx + radius * math.sin(t))},{number(cy + radius * math.cos(t))}" for t in corners)
            cells.append(f'<polygon points="{points}"/>')
    return _lines(cells, line, 1)


def bars(digest: bytes, line: str, ground: str) -> str:
    """A leaning bar code."""
    x, strokes, i = 96.0, [], 0
    while x < 320:
        width = 1.5 + digest[i % len(digest)] % 7
        strokes.append(f'<path d="M{number(x)} 0h{number(width)}v200h-{number(width)}z"/>')
        x += width + 3 + digest[(i + 3) % len(digest)] % 8
        i += 1
    return f'<g fill="{line}" transform="skewX(-16) translate(40 0)">{"".join(strokes)}</g>'


def halftone(digest: bytes, line: str, ground: str) -> str:
    """Printer's dots that fade from one light."""
    dots, light_x, light_y = [], 260 + digest[0] % 60, 60 + digest[1] % 80
    for j in range(15):
        for i in range(24):
            x, y = i * 14 + (7 if j % 2 else 0), j * 14
            radius = 5.4 - math.hypot(x - light_x, y - light_y) / 44
            if radius > 0.5:
                dots.append(f'<circle cx="{x}" cy="{y}" r="{number(radius)}"/>')
    return f'<g fill="{line}">{"".join(dots)}</g>'


def _lines(shapes: list[str], line: str, width: float) -> str:
    return f'<g fill="none" stroke="{line}" stroke-width="{width}">{"".join(shapes)}</g>'


# Each category owns two, so that a shelf is varied and a category is still recognised.
PATTERNS: dict[str, tuple[Pattern, Pattern]] = {
    "game": (rosette, strata),
    "topup": (waves, ripples),
    "key": (bars, hexes),
    "acct": (hexes, halftone),
    "member": (ripples, rosette),
    "gift": (fret, waves),
}
