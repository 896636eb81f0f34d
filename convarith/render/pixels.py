"""A drawing as pixels, painted by Pillow.

Pillow and not matplotlib: painting a frame takes it a fraction of a millisecond, against several for matplotlib's Agg
canvas. Each frame is painted over what stays of the last one, and mapped to one palette for all of them, made of the
drawing's own colours and the shades that smooth letters need.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

from convarith.render.drawing import Path
from convarith.render.lettering import font
from convarith.render.themes import rgb

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from convarith.render.drawing import Drawing, Primitive, Text
    from convarith.render.views import Point

COLOURS = 255
"""At most this many in the palette: one of 256 is left to mean a pixel that does not change."""

SHADES = 4
"""At most this many steps between a letter and what lies under it."""

ANCHORS = {"start": "ls", "middle": "ms", "end": "rs"}


def paletted_frames(drawing: Drawing) -> Iterator[Image.Image]:
    """Every frame, one at a time, in the one palette of the drawing."""
    palette = _palette(drawing)
    canvas = Image.new("RGB", (drawing.width, drawing.height), rgb(drawing.page))
    _paint(canvas, drawing.base)
    for frame in drawing.frames:
        _paint(canvas, frame.keep)
        shown = canvas.copy()
        _paint(shown, frame.show)
        yield shown.quantize(palette=palette, dither=Image.Dither.NONE)


def _paint(canvas: Image.Image, primitives: Iterable[Primitive]) -> None:
    brush = ImageDraw.Draw(canvas)
    for primitive in primitives:
        if isinstance(primitive, Path):
            _paint_path(brush, primitive)
        else:
            _paint_text(brush, primitive)


def _paint_text(brush: ImageDraw.ImageDraw, text: Text) -> None:
    brush.text((text.x, text.y), text.string, text.color, font(text.size), anchor=ANCHORS[text.anchor])


def _paint_path(brush: ImageDraw.ImageDraw, path: Path) -> None:
    points = list(path.points)
    if path.fill is not None:
        brush.polygon(points, fill=path.fill)
        points.append(points[0])
    if path.stroke is None:
        return
    for start, end in pairwise(points):
        if path.dash:
            _dashed_line(brush, start, end, path)
        else:
            _line(brush, start, end, path)


def _line(brush: ImageDraw.ImageDraw, start: Point, end: Point, path: Path) -> None:
    if path.width > 1 and (start[0] == end[0] or start[1] == end[1]):
        # A wide line as a rectangle around it: corners meet, and ends do not stick out.
        left, right = sorted((start[0], end[0]))
        top, bottom = sorted((start[1], end[1]))
        before, after = (path.width - 1) // 2, path.width // 2
        brush.rectangle((left - before, top - before, right + after, bottom + after), fill=path.stroke)
    else:
        brush.line((start, end), fill=path.stroke, width=path.width)


def _dashed_line(brush: ImageDraw.ImageDraw, start: Point, end: Point, path: Path) -> None:
    """Dashes that begin anew at each corner, as the pixels they cover."""
    dash, gap = path.dash
    length = max(abs(end[0] - start[0]), abs(end[1] - start[1]))
    covered = (along for along in range(length + 1) if along % (dash + gap) < dash)
    brush.point([_between(start, end, along, length) for along in covered], fill=path.stroke)


def _between(start: Point, end: Point, along: int, length: int) -> Point:
    if not length:
        return start
    return (
        start[0] + (end[0] - start[0]) * along // length,
        start[1] + (end[1] - start[1]) * along // length,
    )


def _palette(drawing: Drawing) -> Image.Image:
    """An image whose palette has every colour of the drawing, and shades between each letter and its ground."""
    solid: dict[str, None] = {drawing.page: None}
    pairs: dict[tuple[str, str], None] = {}
    layers = [drawing.base, *((*frame.keep, *frame.show) for frame in drawing.frames)]
    for layer in layers:
        ground = drawing.page
        for primitive in layer:
            if isinstance(primitive, Path):
                ground = primitive.fill or ground
                solid.update(dict.fromkeys(color for color in (primitive.fill, primitive.stroke) if color))
            else:
                solid[primitive.color] = None
                under = ground if primitive.anchor == "middle" else drawing.page
                pairs[primitive.color, under] = None
                pairs[primitive.color, drawing.page] = None
    colours = [rgb(color) for color in solid]
    steps = min(SHADES, (COLOURS - len(colours)) // max(1, len(pairs)))
    for ink, under in pairs:
        colours += [_mixed(rgb(ink), rgb(under), step, steps + 1) for step in range(1, steps + 1)]
    image = Image.new("P", (1, 1))
    image.putpalette([channel for colour in dict.fromkeys(colours) for channel in colour])
    return image


def _mixed(one: tuple[int, int, int], other: tuple[int, int, int], step: int, steps: int) -> tuple[int, int, int]:
    red, green, blue = (a + (b - a) * step // steps for a, b in zip(one, other, strict=True))
    return red, green, blue
