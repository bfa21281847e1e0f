"""The grounds of the card faces: each draws itself from the bytes of a digest, in one line colour, as one path.

One path and not many shapes: a shelf of cards is a hundred times less for the browser to build.
"""

import itertools
import math
from collections.abc import Callable, Iterable

Pattern = Callable[[bytes, str], str]
Point = tuple[float, float]


def number(value: float) -> str:
    """One decimal at most, no trailing zero: it keeps the images small."""
    shown = f"{value:.1f}".rstrip("0").rstrip(".")
    return "0" if shown == "-0" else shown


def rosette(digest: bytes, line: str) -> str:
    """A banknote rosette; the seed gives the number of petals."""
    petals, curves = 7 + digest[0] % 9, []
    for turn, swing in enumerate((26, 14)):
        for scale in (1, 0.8, 0.6, 0.4):
            points = []
            for degree in range(0, 360, 3):
                t = math.radians(degree)
                radius = scale * (62 + swing * math.sin(petals * t + turn * math.pi / 2) + 10 * math.sin(2 * petals * t))
                points.append((236 + radius * 1.25 * math.cos(t), 100 + radius * math.sin(t)))
            curves.append(_trace(points) + "z")
    return _lines(curves, line, 0.8)


def waves(digest: bytes, line: str) -> str:
    """Sea waves: of three circles around each centre, the arcs that the rows below leave open."""
    unit, arcs, y, row = 34 + digest[0] % 10, [], 40.0, 0
    # Right half of each arc, as the cosine and sine of its lower end: where a circle of the next row covers it.
    ends = []
    for part in (1, 0.7, 0.4):
        t = math.atan2(0.5, 1) - math.acos((part + 0.25 / part) / math.sqrt(5))
        ends.append((unit * part, unit * part * math.cos(t), unit * part * math.sin(t)))
    while y < 240:
        x = 0.0 if row % 2 else -float(unit)
        while x < 360:
            for radius, across, up in ends:
                size, width = number(radius), number(2 * across)
                arcs.append(f"M{number(x - across)} {number(y + up)}a{size} {size} 0 0 1 {width} 0")
            x += 2 * unit
        y += unit * 0.5
        row += 1
    return _lines(arcs, line, 1.1)


def fret(digest: bytes, line: str) -> str:
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
    return _lines(hooks, line, 1.6)


def ripples(digest: bytes, line: str) -> str:
    """Rings around one drop."""
    cx, cy = 210 + digest[0] % 110, 30 + digest[1] % 150
    rings = [_ring(cx, cy, radius) for radius in range(12, 330, 11 + digest[2] % 5)]
    return _lines(rings, line, 1.1)


def strata(digest: bytes, line: str) -> str:
    """Hills as contour lines."""
    curves = []
    for k in range(15):
        points = []
        for x in range(0, 321, 10):
            swell = 15 * math.sin(x / (36 + digest[0] % 20) + k * 0.24 + digest[1] % 6) * (x / 320 + 0.25)
            points.append((float(x), 24 + k * 14 + swell + 8 * math.sin(x / 19 + k * 0.5)))
        curves.append(_trace(points))
    return _lines(curves, line, 1.1)


def hexes(digest: bytes, line: str) -> str:
    """A honeycomb with some small cells."""
    side = 17 + digest[0] % 6
    width, height, cells = side * math.sqrt(3), side * 1.5, []
    for j in range(int(200 / height) + 3):
        for i in range(int(320 / width) + 3):
            cx, cy = i * width + (width / 2 if j % 2 else 0), j * height
            radius = side * (0.94 if (i * 7 + j * 5 + digest[1]) % 4 else 0.5)
            corners = [math.radians(60 * a) for a in range(6)]
            cells.append(_trace((cx + radius * math.sin(t), cy + radius * math.cos(t)) for t in corners) + "z")
    return _lines(cells, line, 1)


def bars(digest: bytes, line: str) -> str:
    """A leaning bar code."""
    x, strokes, i = 96.0, [], 0
    while x < 320:
        width = 1.5 + digest[i % len(digest)] % 7
        strokes.append(f"M{number(x)} 0h{number(width)}v200h-{number(width)}z")
        x += width + 3 + digest[(i + 3) % len(digest)] % 8
        i += 1
    return f'<path fill="{line}" transform="skewX(-16) translate(40 0)" d="{"".join(strokes)}"/>'


def halftone(digest: bytes, line: str) -> str:
    """Printer's dots that fade from one light."""
    dots, light_x, light_y = [], 260 + digest[0] % 60, 60 + digest[1] % 80
    for j in range(15):
        for i in range(24):
            x, y = i * 14 + (7 if j % 2 else 0), j * 14
            radius = 5.4 - math.hypot(x - light_x, y - light_y) / 44
            if radius > 0.5:
                dots.append(_ring(x, y, radius))
    return f'<path fill="{line}" d="{"".join(dots)}"/>'


def _ring(cx: float, cy: float, radius: float) -> str:
    """A circle as two arcs."""
    r, across = number(radius), number(2 * radius)
    return f"M{number(cx - radius)} {number(cy)}a{r} {r} 0 1 0 {across} 0a{r} {r} 0 1 0-{across} 0"


def _trace(points: Iterable[Point]) -> str:
    """A line through the points: steps from one to the next are shorter to write, and are rounded without drifting."""
    tenths = [(round(x * 10), round(y * 10)) for x, y in points]
    (x0, y0), parts = tenths[0], []
    for (x, y), (next_x, next_y) in itertools.pairwise(tenths):
        parts.append(f"{number((next_x - x) / 10)} {number((next_y - y) / 10)}".replace(" -", "-"))
    return f"M{number(x0 / 10)} {number(y0 / 10)}l{' '.join(parts)}".replace(" -", "-")


def _lines(shapes: list[str], line: str, width: float) -> str:
    return f'<path fill="none" stroke="{line}" stroke-width="{width}" d="{"".join(shapes)}"/>'


# Each category owns two, so that a shelf is varied and a category is still recognised.
PATTERNS: dict[str, tuple[Pattern, Pattern]] = {
    "game": (rosette, strata),
    "topup": (waves, ripples),
    "key": (bars, hexes),
    "acct": (hexes, halftone),
    "member": (ripples, rosette),
    "gift": (fret, waves),
}
