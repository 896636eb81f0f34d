"""Drawings made by hand and by Hypothesis, and what a painter of lines has to put down for them, one mark at a time.

It shares nothing with the painters but the two primitives. A mark is a filled area, a line or a text.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

from hypothesis import strategies as st

from convarith.render.drawing import Drawing, Frame, Path, Text

INK, PAGE = "#0b3a57", "#fefefe"
COLOURS = ("#56b4e9", "#f0e442", "#d55e00", INK, PAGE, "#000000")
WIDTH, HEIGHT = 320, 240

SIGNS = "o' = ⌊(i + 2p - k̂)/s⌋ + 1, ⌈ĩ⌉ × 2·(-1) ≈ 7° … ∞ – 3 − x₀‚₁ → w′"
SPECIAL = r"# $ % & _ { } ~ ^ \ < > | [x] -- `a' "


class Area(NamedTuple):
    points: tuple
    color: str


class Line(NamedTuple):
    points: tuple
    color: str
    width: float
    dash: tuple


def marks(primitives):
    """Areas, lines and texts, in painting order.

    A solid line runs as its path does. Each side of a dashed one is a line for itself, from its smaller end: the left
    one or, of a side that is upright, the upper one. So neighbours dash the side that they share alike.
    """
    found = []
    for primitive in primitives:
        if isinstance(primitive, Text):
            found.append(primitive)
            continue
        points = primitive.points
        if primitive.fill:
            found.append(Area(points, primitive.fill))
            points = (*points, points[0])
        if primitive.stroke:
            pieces = map(sorted, pairwise(points)) if primitive.dash else [points]
            found += [Line(tuple(piece), primitive.stroke, primitive.width, primitive.dash) for piece in pieces]
    return found


def square(x, y, side):
    return ((x, y), (x + side, y), (x + side, y + side), (x, y + side))


def cell(x, y, text, color="#56b4e9", **more):
    return (
        Path(square(x, y, 40), color, INK, **more),
        Text(x + 20, y + 26, text, 16, "#000000", color, "middle"),
    )


def drawing(frames=3, ms=(500, 333, 1801), **more):
    """A picture with everything in it."""
    base = (
        Text(16, 31, SIGNS, 13, INK, PAGE),
        Text(300, 50, SPECIAL, 12, INK, PAGE, "end"),
        *cell(16, 60, "7"),
        *cell(56, 60, "-1", PAGE, dash=(4, 3)),
        *cell(96, 60, "0", PAGE, dash=(1, 3)),
        Path(((16, 110.5), (20.25, 130), (40, 115)), "#f0e442"),
        Path(((50, 110), (70, 130)), None, INK),
        Path(((70, 110), (50, 130)), None, INK),
        Path((*square(81, 111, 20), (81, 111)), None, "#d55e00", 2),
        *(Path(square(120 + 5 * number, 110, 5), COLOURS[number % 2]) for number in range(6)),
    )
    steps = tuple(
        Frame(
            cell(160 + 40 * number, 60, str(number), "#f0e442"),
            (Path((*square(161 + 40 * number, 61, 38), (161 + 40 * number, 61)), None, "#d55e00", 2),),
            ms[number % len(ms)],
        )
        for number in range(frames)
    )
    words = {"title": "Conv(3) & more", "alt": "A 3x3 <kernel> slides.\nIt → stops."}
    return Drawing(WIDTH, HEIGHT, PAGE, base, steps, **{**words, **more})


coordinates = st.integers(0, 100) | st.integers(0, 400).map(lambda value: value / 4)
points = st.tuples(coordinates, coordinates)
colours = st.sampled_from(COLOURS)
looks = st.sampled_from([(1, ()), (2, ()), (1, (4, 3)), (1, (1, 3)), (2, (4, 3))])
lines = st.builds(lambda color, look: {"stroke": color, "width": look[0], "dash": look[1]}, colours, looks)
outlines = st.lists(points, min_size=3, max_size=5, unique=True).map(tuple)
closed_outlines = outlines.map(lambda corners: (*corners, corners[0]))
open_paths = st.builds(lambda way, look: Path(way, None, **look), outlines | closed_outlines, lines)
filled_paths = st.builds(lambda way, fill, look: Path(way, fill, **look), outlines, colours, lines | st.just({}))
texts = st.builds(
    Text,
    st.integers(0, 100),
    st.integers(0, 100),
    st.text(SIGNS + SPECIAL, min_size=1, max_size=12).map(lambda text: f"a{text}"),
    st.integers(9, 16),
    colours,
    colours,
    st.sampled_from(["start", "middle", "end"]),
)
primitives = st.lists(open_paths | filled_paths | texts, max_size=4).map(tuple)
times = st.integers(10, 2_000)
frames = st.builds(Frame, primitives, primitives, times)


def drawings(least, most):
    return st.builds(
        Drawing,
        st.just(WIDTH),
        st.just(HEIGHT),
        colours,
        primitives,
        st.lists(frames, min_size=least, max_size=most).map(tuple),
    )
