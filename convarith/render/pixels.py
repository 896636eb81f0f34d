"""A drawing as pixels, painted by Pillow.

Pillow and not matplotlib: painting a frame takes it a fraction of a millisecond, against several for matplotlib's Agg
canvas. What stands upright is painted straight into palette indices, with letters cut out once and stamped; oblique
lines are painted larger, in colours, and shrunk to smooth their edges. Either way all frames share one palette, made of
the drawing's own colours and the shades that smooth edges need, and each is painted over what stays of the last one.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from math import ceil, dist
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

from convarith.render.drawing import Path
from convarith.render.lettering import font
from convarith.render.themes import rgb

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from convarith.render.drawing import Drawing, Point, Primitive, Text

    Colour = tuple[int, int, int]
    Sprite = tuple[Image.Image, Image.Image, tuple[int, int]]

COLOURS = 255
"""At most this many in the palette: one of 256 is left to mean a pixel that does not change."""

SHADES = 3
"""At most this many steps between a letter and what lies under it."""

LINE_SHADES = 1
"""The same between an oblique line and what it crosses, which may be any colour."""

FINER = 2
"""Oblique drawings are painted this many times as large, and shrunk."""

FINER_STILL = 4
"""The same for a lone frame, which may take longer and be larger."""

ANCHORS = {"start": "ls", "middle": "ms", "end": "rs"}


def paletted_frames(drawing: Drawing, scale: int = 1) -> tuple[bytes, Iterator[Image.Image]]:
    """The colours, three bytes for each, and every frame in them, one at a time.

    A frame has ``scale`` pixels for each of the drawing's, and is yours to keep or to change.
    """
    palette = Palette(drawing)
    frames = _smoothed(drawing, scale, palette) if drawing.smooth else _upright(drawing, scale, palette)
    return bytes(palette.flat()), frames


class Palette:
    """The colours of a drawing, each with its index, and the shades between each letter's colour and its ground."""

    def __init__(self, drawing: Drawing) -> None:
        letters: dict[tuple[str, str], None] = {}
        solid: dict[str, None] = {drawing.page: None}
        lines: dict[str, None] = {}
        for primitive in drawing.primitives():
            if isinstance(primitive, Path):
                for color in (primitive.fill, primitive.stroke):
                    if color is not None:
                        solid[color] = None
                if primitive.stroke is not None:
                    lines[primitive.stroke] = None
            else:
                solid[primitive.color] = None
                letters[primitive.color, primitive.ground] = None
        self.index = {color: number for number, color in enumerate(list(solid)[:COLOURS])}
        self.colours = [rgb(color) for color in self.index]
        self._shades: dict[tuple[str, str], bytes] = {}
        steps = min(SHADES, (COLOURS - len(self.colours)) // max(1, len(letters)))
        for ink, ground in letters:
            if ink in self.index and ground in self.index:
                self._shades[ink, ground] = self._shade(ink, ground, steps)
        crossings = [(line, ground) for line in lines for ground in solid] if drawing.smooth else []
        shades = LINE_SHADES if len(drawing.frames) > 1 else SHADES
        steps = min(shades, (COLOURS - len(self.colours)) // max(1, len(crossings)))
        for line, ground in crossings:
            self._shade(line, ground, steps)

    def table(self, ink: str, ground: str) -> bytes:
        """How much of a letter covers a pixel, 0 to 255 -> the index of its shade."""
        return self._shades[ink, ground]

    def flat(self) -> list[int]:
        """All channels in a row, as images take them."""
        return [channel for colour in self.colours for channel in colour]

    def _shade(self, ink: str, ground: str, steps: int) -> bytes:
        ramp = [self.index[ground]]
        for step in range(1, steps + 1):
            mixed = _mixed(rgb(ground), rgb(ink), step, steps + 1)
            near = [number for number, colour in enumerate(self.colours) if _alike(colour, mixed)]
            if not near:
                self.colours.append(mixed)
            ramp.append(near[0] if near else len(self.colours) - 1)
        ramp.append(self.index[ink])
        return bytes(ramp[(cover * (len(ramp) - 1) + 127) // 255] for cover in range(256))


# Upright drawings, in palette indices


def _upright(drawing: Drawing, scale: int, palette: Palette) -> Iterator[Image.Image]:
    canvas = Image.new("P", (drawing.width * scale, drawing.height * scale), palette.index[drawing.page])
    canvas.putpalette(palette.flat())
    sprites = lru_cache(maxsize=4096)(lambda *key: _sprite(palette, *key))

    def paint(image: Image.Image, primitives: Iterable[Primitive]) -> None:
        brush = ImageDraw.Draw(image)
        for primitive in primitives:
            if isinstance(primitive, Path):
                _paint_path(brush, primitive, scale, palette.index)
            else:
                sprite, mask, (left, top) = sprites(
                    primitive.string, primitive.size * scale, primitive.color, primitive.ground
                )
                shift = {"start": 0, "middle": -sprite.width // 2, "end": -sprite.width}[primitive.anchor]
                image.paste(sprite, (round(primitive.x * scale) + shift + left, round(primitive.y * scale) + top), mask)

    paint(canvas, drawing.base)
    for frame in drawing.frames:
        paint(canvas, frame.keep)
        shown = canvas.copy()
        paint(shown, frame.show)
        yield shown


def _sprite(palette: Palette, string: str, size: int, color: str, ground: str) -> Sprite:
    """A text in its shades, where to paint it, and where its corner lies from its start on the baseline."""
    left, top, right, bottom = font(size).getbbox(string, anchor="ls")
    cover = Image.new("L", (max(1, int(right - left)), max(1, int(bottom - top))))
    ImageDraw.Draw(cover).text((-left, -top), string, 255, font(size), anchor="ls")
    sprite = Image.frombytes("P", cover.size, cover.tobytes().translate(palette.table(color, ground)))
    return sprite, cover.point(PAINTED), (0, int(top))


PAINTED = [0] * 43 + [255] * 213
"""Less cover than this is left as it is, so that a letter takes no ground with it."""


def _paint_path(brush: ImageDraw.ImageDraw, path: Path, scale: int, index: dict[str, int]) -> None:
    exact = [(x * scale, y * scale) for x, y in path.points]
    points = [(round(x), round(y)) for x, y in exact]
    stroke = None if path.stroke is None else index[path.stroke]
    width = path.width * scale
    if path.fill is not None:
        fill = index[path.fill]
        outline = stroke if width == 1 and not path.dash else None
        (left, top), (right, bottom) = points[0], points[2 % len(points)]
        if len(points) == 4 and points[1] == (right, top) and points[3] == (left, bottom):
            brush.rectangle((left, top, right, bottom), fill, outline)
        else:
            brush.polygon(points, fill, outline)
        if stroke is None or outline is not None:
            return
        exact.append(exact[0])
    if stroke is None:
        return
    dash = [scale * length for length in path.dash]
    for start, end in pairwise(exact):
        if dash:
            _dashed_line(brush, start, end, stroke, width, dash)
        else:
            _line(brush, start, end, stroke, width)


def _line(brush: ImageDraw.ImageDraw, start: Point, end: Point, color: int | Colour, width: int) -> None:
    if start[0] == end[0] or start[1] == end[1]:
        # As the rectangle around it: corners meet, and both sides of a ring are as far from its middle.
        left, right = (ceil(x - width / 2) for x in sorted((start[0], end[0])))
        top, bottom = (ceil(y - width / 2) for y in sorted((start[1], end[1])))
        brush.rectangle((left, top, right + width - 1, bottom + width - 1), fill=color)
    else:
        brush.line([(round(x), round(y)) for x, y in (start, end)], fill=color, width=width)


def _dashed_line(
    brush: ImageDraw.ImageDraw, start: Point, end: Point, color: int | Colour, width: int, dash: list[int]
) -> None:
    """Dashes that begin anew at each corner, and at the same end of a line that two cells share."""
    start, end = sorted((start, end))
    on, off = dash
    length = max(1, round(dist(start, end)))
    straight = start[0] == end[0] or start[1] == end[1]
    reach = max(0, on - (width if straight else 1))  # `_line` adds a pixel, and to straight lines their width

    def at(along: int) -> Point:
        return (
            round(start[0]) + round((end[0] - start[0]) * along / length),
            round(start[1]) + round((end[1] - start[1]) * along / length),
        )

    for along in range(0, length, on + off):
        _line(brush, at(along), at(min(along + reach, length)), color, width)


# Oblique drawings, in colours


def _smoothed(drawing: Drawing, scale: int, palette: Palette) -> Iterator[Image.Image]:
    factor = FINER if len(drawing.frames) > 1 else FINER_STILL
    finer = factor * scale
    holder = Image.new("P", (1, 1))
    holder.putpalette(palette.flat())
    canvas = Image.new("RGB", (drawing.width * finer, drawing.height * finer), drawing.page)
    middle = finer // 2 if drawing.sharp else 0
    _paint_finely(canvas, drawing.base, finer, middle)
    for frame in drawing.frames:
        _paint_finely(canvas, frame.keep, finer, middle)
        shown = canvas.copy()
        _paint_finely(shown, frame.show, finer, middle)
        small = shown.reduce(factor)
        yield small.quantize(palette=holder, dither=Image.Dither.NONE)


def _paint_finely(canvas: Image.Image, primitives: Iterable[Primitive], finer: int, middle: int) -> None:
    """Paint with so many pixels for one, the middle of which is as many away from its corner."""
    brush = ImageDraw.Draw(canvas)
    for primitive in primitives:
        if isinstance(primitive, Path):
            points = [(round(x * finer) + middle, round(y * finer) + middle) for x, y in primitive.points]
            if primitive.fill is not None:
                brush.polygon(points, primitive.fill)
                points.append(points[0])
            if primitive.stroke is not None:
                for start, end in pairwise(points):
                    if primitive.dash:
                        dash = [finer * length for length in primitive.dash]
                        _dashed_line(brush, start, end, rgb(primitive.stroke), finer * primitive.width, dash)
                    elif middle:
                        _line(brush, start, end, rgb(primitive.stroke), finer * primitive.width)
                    else:
                        brush.line((start, end), primitive.stroke, finer * primitive.width)
        else:
            _write_finely(brush, primitive, finer)


def _write_finely(brush: ImageDraw.ImageDraw, text: Text, finer: int) -> None:
    at = round(text.x * finer), round(text.y * finer)
    brush.text(at, text.string, text.color, font(text.size * finer), anchor=ANCHORS[text.anchor])


def _alike(one: Colour, other: Colour) -> bool:
    """Whether Pillow might take one for the other when it looks for the nearest colour, which it does in steps of 4."""
    return all(abs(a - b) < 2 * 4 for a, b in zip(one, other, strict=True))


def _mixed(one: Colour, other: Colour, step: int, steps: int) -> Colour:
    red, green, blue = (a + (b - a) * step // steps for a, b in zip(one, other, strict=True))
    return red, green, blue
