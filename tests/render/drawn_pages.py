"""Scenes of every kind, by name and drawn by Hypothesis, and measures of what is drawn of them."""

from __future__ import annotations

from functools import cache
from itertools import combinations

from drawn_scenes import pictures
from hypothesis import settings
from hypothesis import strategies as st

import convarith as ca
from convarith.render.drawing import Path, Text
from convarith.render.lettering import text_width
from convarith.render.views import Flat, Sheets

compose, together = ca.render.compose, ca.render.compose_together

whole_pages = settings(max_examples=60, deadline=None)
"""A page is laid out for every example, so there are fewer of them; how long one takes is not what is tested."""

MAKERS = {
    "figure 2.7": lambda: compose(ca.Conv(3, stride=2, padding=1), (6, 6)),
    "figure 4.7": lambda: compose(ca.ConvTranspose(3, stride=2, padding=1, output_padding=1), (3, 3)),
    "the smallest": lambda: compose(ca.Conv(1), (1,)),
    "a row": lambda: compose(ca.Conv(3, dilation=2, padding="same"), (30,)),
    "three axes": lambda: compose(ca.Conv((2, 3, 2), padding=(1, 0, 1)), (3, 4, 4)),
    "overhang": lambda: compose(ca.Pool(3, stride=2, padding=1, ceil_mode=True), (4, 6)),
    "a mean": lambda: compose(ca.Pool(3, stride=1), (5, 5), reduce="avg"),
    "cropped": lambda: compose(ca.Conv(2, padding=((-1, 0), (2, -2))), (5, 6)),
    "many terms": lambda: compose(ca.Conv(27), (28,)),
    "notes of many lines": lambda: compose(ca.Conv(5), (6, 6)),
    "gaps": lambda: compose(ca.Conv(1, stride=3), (8, 8)),
    "negative": lambda: compose(ca.Conv(2), (3, 3), input=[[-9] * 3] * 3, kernel=[[-9, 9], [-9, 9]]),
    "long numbers": lambda: compose(ca.Conv(2), (3, 3), input=[[123456.5] * 3] * 3),
    "symbols": lambda: compose(ca.Conv(2, padding=1), (3, 3), cells="symbols"),
    "shapes only": lambda: compose(ca.Conv(2, stride=2), (4, 4), cells="blank"),
    "reflected": lambda: compose(ca.Conv(3, padding=1), (4, 4), padding_mode="reflect"),
    "stamps": lambda: compose(ca.ConvTranspose(3, stride=2, padding=1), (3, 3), show="stamp"),
    "a pair": lambda: compose(ca.ConvTranspose(3, stride=2), (2, 2), show="pair"),
    "a small pair": lambda: compose(ca.Conv(1), (2,), show="pair", cells="blank"),
    "two compared": lambda: together([ca.Conv(3), ca.Conv(3, stride=2)], (7, 7)),
    "three small ones": lambda: together([ca.ConvTranspose(1), ca.Conv(1), ca.Pool(1)], (1,)),
    "large": lambda: compose(ca.Conv(3, stride=8), (64, 64)),
    "some steps of many": lambda: compose(ca.Conv(3, padding=1), (9, 9), max_frames=7),
    "thin slices": lambda: compose(ca.Conv(1), (4, 1, 1)),
}
VIEWS = {"flat": Flat, "sheets": Sheets}


@cache
def scene_of(name):
    return MAKERS[name]()


@cache
def drawing_of(name, **look):
    return ca.render.draw(scene_of(name), **look)


@st.composite
def scenes(draw):
    """A scene of any kind."""
    picture = draw(pictures())
    layer, ndim = picture.layer, len(picture.shape)
    cells = draw(st.sampled_from(["numbers", "numbers", "symbols", "blank"]))
    if draw(st.integers(0, 3)) == 0:
        return together([layer, ca.Conv((1,) * ndim)], picture.shape, cells=cells)
    shows = {"pooling": ["equivalent"], "convolution": ["equivalent", "pair"]}
    show = draw(st.sampled_from(shows.get(layer.kind, ["equivalent", "stamp", "pair"])))
    return compose(layer, picture.shape, cells=cells, show=show, reduce=draw(st.sampled_from(["max", "avg"])))


def extent(text):
    """Left, top, right and bottom of a text: its measured width, from its capitals to below its baseline."""
    width = text_width(text.string, text.size)
    left = text.x - {"start": 0, "middle": width / 2, "end": width}[text.anchor]
    return left, text.y - 0.8 * text.size, left + width, text.y + 0.25 * text.size


def bounds(points):
    xs, ys = zip(*points, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def apart(one, other):
    return one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


def texts(primitives):
    return [one for one in primitives if isinstance(one, Text)]


def paths(primitives):
    return [one for one in primitives if isinstance(one, Path)]


def check_inside(drawing):
    """A whole number is the middle of a pixel: the last one is the size less 1."""
    for one in drawing.primitives():
        left, top, right, bottom = bounds(one.points) if isinstance(one, Path) else extent(one)
        last = 1 if isinstance(one, Path) else 0
        assert left >= 0, one
        assert top >= 0, one
        assert right <= drawing.width - last, one
        assert bottom <= drawing.height - last, one


def check_words(drawing, scene):
    """Titles, captions, labels, notes and the legend: all that is written on the page and not in a cell."""
    in_cells = cell_texts(scene)
    for frame in drawing.frames:
        words = [one for one in texts([*drawing.base, *frame.show]) if one.ground == drawing.page and one.size >= 16]
        words = [one for one in words if len(one.string) > 3 and one.string not in in_cells]
        for one, other in combinations(words, 2):
            assert apart(extent(one), extent(other)), (one, other)


def cell_texts(scene):
    written = {write.cell.text for step in scene.steps for write in step.writes}
    return written | {cell.text for grid in scene.grids() for cell in grid.cells.values()}


def inside(patch, point, margin=0.0):
    """Whether a point is inside a parallelogram, by more than a margin in fractions of its sides."""
    (x, y), (ax, ay), (dx, dy) = patch.corner, patch.across, patch.down
    right, below, area = point[0] - x, point[1] - y, ax * dy - ay * dx
    across, down = (right * dy - below * dx) / area, (ax * below - ay * right) / area
    return margin < across < 1 - margin and margin < down < 1 - margin


def rgb(color):
    return tuple(int(color[at : at + 2], 16) for at in (1, 3, 5))


def contrast(one, other):
    """WCAG 2.1's contrast ratio, from its definition."""

    def luminance(color):
        red, green, blue = (linear(channel / 255) for channel in rgb(color))
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    def linear(channel):
        return channel / 12.92 if channel <= 0.03928 else ((channel + 0.055) / 1.055) ** 2.4

    darker, lighter = sorted([luminance(one), luminance(other)])
    return (lighter + 0.05) / (darker + 0.05)
