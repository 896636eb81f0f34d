"""A drawing as SVG: a still, or an animation by style sheet.

A small string writer and not a library: there are two primitives, and the text of the file is the result. Motion is
CSS and not SMIL or a script, because images in pages may not run scripts and only CSS honours a reader's wish for no
motion. It is a style sheet of its own: without it the file is the poster, and the poster is also what is seen where
motion is not wanted or not understood.

Letters may come from another font, as a viewer need not have ours; a text that is longer than a number is told its
width, so that it ends where the layout has it end. All names begin with a digest of the file, so that two pictures can
stand inside one page.
"""

from __future__ import annotations

import re
from hashlib import blake2s
from html import escape
from itertools import accumulate, groupby, pairwise
from typing import TYPE_CHECKING, NamedTuple

from convarith.render.drawing import Path
from convarith.render.lettering import text_width
from convarith.render.vector import HALF_PX, capped_dash, corners, is_closed, number, sides

if TYPE_CHECKING:
    from collections.abc import Iterable

    from convarith.render.drawing import Drawing, Point, Primitive, Text

FONTS = "DejaVu Sans, Verdana, sans-serif"

SHORT_TEXT = 3
"""Texts of up to this many characters keep their own width: numbers in cells, which have room around them."""

FEW = 2
"""Up to this many elements in a row name their class themselves; more are put in a group that does."""

PREFIX = "\0"
"""Stands for the prefix of all names until the file is known; no text of a drawing can hold it."""

NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def svg_bytes(drawing: Drawing, *, scale: int = 1, loop: int = 0) -> bytes:
    """The drawing as an SVG file; with several frames it moves, ``loop`` times or (0) for ever.

    ``scale`` is how many pixels wide a unit of the drawing is where the file is shown as it is.
    """
    sheet = Sheet()
    painted = _layers(drawing, sheet) if len(drawing.frames) > 1 else elements(drawing.still(), sheet)
    width, height, edge = drawing.width, drawing.height, number(-HALF_PX)
    words = [(tag, text) for tag, text in (("title", drawing.title), ("desc", drawing.alt)) if text]
    label = f' aria-labelledby="{" ".join(f"{PREFIX}{tag}" for tag, _ in words)}"' if words else ""
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img"{label} width="{width * scale}" height="{height * scale}" '
        f'viewBox="{edge} {edge} {width} {height}" font-family="{FONTS}">',
        *(f'<{tag} id="{PREFIX}{tag}">{escaped(text)}</{tag}>' for tag, text in words),
        *sheet.look(),
        *sheet.motion(sum(frame.ms for frame in drawing.frames), loop),
        f'<rect x="{edge}" y="{edge}" width="{width}" height="{height}" fill="{drawing.page}"/>',
        *painted,
        "</svg>",
    ]
    return with_names("\n".join(line for line in lines if line) + "\n").encode("utf-8")


def with_names(content: str) -> str:
    """A file with its prefix in all names."""
    digest = blake2s(content.encode("utf-8"), digest_size=3).hexdigest()
    return content.replace(PREFIX, f"c{digest}-")


class Sheet:
    """The style sheets of a file, which grow while it is painted."""

    def __init__(self) -> None:
        self._looks: dict[str, str] = {}
        self._times: dict[str, str] = {}

    def named(self, declarations: str) -> str:
        """The class of a look."""
        return self._looks.setdefault(declarations, f"{PREFIX}{len(self._looks)}")

    def timed(self, start: int, end: int, total: int) -> str:
        """The classes of what is visible from start to end, in milliseconds.

        The last instant is given, too, as it is what stays when the loops are over.
        """
        seen, unseen = [_percent(start, total)], ["0%"] if start else []
        if end < total:
            unseen.append(_percent(end, total))
        (unseen if end < total else seen).append("to")
        steps = f"{','.join(unseen)}{{visibility:hidden}}{','.join(seen)}{{visibility:visible}}"
        return f"{PREFIX}m {self._times.setdefault(steps, f'{PREFIX}m{len(self._times)}')}"

    def look(self) -> list[str]:
        """Colours, lines and letters."""
        rules = [f".{name}{{{declarations}}}" for declarations, name in self._looks.items()]
        return ["<style>", *rules, "</style>"] if rules else []

    def motion(self, total: int, loop: int) -> list[str]:
        """What is visible when."""
        if not self._times:
            return []
        often = f"{loop} forwards" if loop else "infinite"
        return [
            "<style>",
            f".{PREFIX}m{{animation:{total}ms step-end {often}}}",
            *(f".{name}{{animation-name:{name}}}@keyframes {name}{{{steps}}}" for steps, name in self._times.items()),
            f"@media (prefers-reduced-motion:reduce){{.{PREFIX}m{{animation:none}}}}",
            "</style>",
        ]


def _percent(at: int, total: int) -> str:
    """A time as part of the whole, finer than a millisecond of any that is short of hours.

    >>> _percent(150, 9_000), _percent(0, 9_000)
    ('1.6666667%', '0%')
    """
    return f"{100 * at / total:.7f}".rstrip("0").rstrip(".") + "%"


def _layers(drawing: Drawing, sheet: Sheet) -> list[str]:
    """What stands from the start, what comes to stay, and over that what is there for a while."""
    times = [0, *accumulate(frame.ms for frame in drawing.frames)]
    spans = list(zip(drawing.frames, pairwise(times), strict=True))
    first, *later = spans
    layers = elements((*drawing.base, *first[0].keep), sheet)
    for frame, (start, _) in later:
        if frame.keep:
            timing = sheet.timed(start, times[-1], times[-1])
            layers += _group(timing, "", frame.keep, sheet)
    for index, (frame, (start, end)) in enumerate(spans):
        if frame.show:
            at_rest = "" if index == drawing.poster else ' visibility="hidden"'
            layers += _group(sheet.timed(start, end, times[-1]), at_rest, frame.show, sheet)
    return layers


def _group(classes: str, attributes: str, primitives: Iterable[Primitive], sheet: Sheet) -> list[str]:
    return [f'<g class="{classes}"{attributes}>', *elements(primitives, sheet), "</g>"]


def elements(primitives: Iterable[Primitive], sheet: Sheet) -> list[str]:
    """Primitives in painting order; runs of one look share an element or a group."""
    parts = [part for primitive in primitives for part in _parts(primitive)]
    lines = []
    for look, run in groupby(parts, key=lambda part: part.look):
        alike = list(run)
        if alike[0].tag == LINES:  # of one colour: together in one path they look the same, whatever crosses
            alike = [_Part(look, "path", f' d="{"".join(part.rest for part in alike)}"/>')]
        name = sheet.named(look)
        if len(alike) > FEW:
            lines += [f'<g class="{name}">', *(f"<{part.tag}{part.rest}" for part in alike), "</g>"]
        else:
            lines += [f'<{part.tag} class="{name}"{part.rest}' for part in alike]
    return lines


LINES = "lines"


class _Part(NamedTuple):
    """An element: its style, and its text on both sides of the class; of lines, only the data of their path."""

    look: str
    tag: str
    rest: str


def _parts(primitive: Primitive) -> list[_Part]:
    """The elements that a primitive is made of."""
    if not isinstance(primitive, Path):
        return [_text(primitive)]
    parts = []
    if primitive.fill is not None and primitive.stroke is not None and not primitive.dash:
        return [_Part(f"fill:{primitive.fill};{_stroke(primitive)}", "path", f' d="{_outline(primitive)}"/>')]
    if primitive.fill is not None:  # neighbours without an outline must meet without a seam
        parts.append(_Part(f"fill:{primitive.fill};{CRISP}", "path", f' d="{_outline(primitive)}"/>'))
    if primitive.stroke is not None:
        data = _dashed(primitive) if primitive.dash else _outline(primitive)
        parts.append(_Part(f"fill:none;{_stroke(primitive)}", LINES, data))
    return parts


CRISP = "shape-rendering:crispEdges"


def _stroke(path: Path) -> str:
    """The style of a line; a width of 1 and butt caps need no words."""
    style = f"stroke:{path.stroke}"
    if path.width != 1:
        style += f";stroke-width:{path.width}"
    if path.width % 2 == 0 and all(_is_upright(side) for side in sides(path)):
        style += f";{CRISP}"  # its edges lie in the middle of pixels
    if path.dash:
        on, off = capped_dash(path)
        style += f";stroke-linecap:square;stroke-dasharray:{number(on)} {number(off)}"
    return style


def _is_upright(side: tuple[Point, Point]) -> bool:
    (x, y), (to_x, to_y) = side
    return x == to_x or y == to_y


def _outline(path: Path) -> str:
    """The data of a path in steps from corner to corner."""
    (x, y), *others = (_rounded(point) for point in corners(path))
    data = f"M{_pair(x, y)}"
    for to_x, to_y in others:
        data += _step(to_x - x, to_y - y)
        x, y = to_x, to_y
    return data + "z" * is_closed(path)


def _dashed(path: Path) -> str:
    """The data of a path whose dashes begin anew at each corner, as the sides are paths of their own."""
    data = ""
    x = y = 0
    for start, end in sides(path):
        (from_x, from_y), (to_x, to_y) = _rounded(start), _rounded(end)
        move = f"m{_pair(from_x - x, from_y - y)}" if data else f"M{_pair(from_x, from_y)}"
        data += move + _step(to_x - from_x, to_y - from_y)
        x, y = to_x, to_y
    return data


def _rounded(point: Point) -> tuple[int, int]:
    """A point in hundredths, so that steps add up to it."""
    return round(point[0] * 100), round(point[1] * 100)


def _step(right: int, down: int) -> str:
    if not down:
        return f"h{number(right / 100)}"
    return f"l{_pair(right, down)}" if right else f"v{number(down / 100)}"


def _pair(x: int, y: int) -> str:
    second = number(y / 100)
    return f"{number(x / 100)}{second if second.startswith('-') else ' ' + second}"


def _text(text: Text) -> _Part:
    look = f"fill:{text.color};font-size:{text.size}px"
    if text.anchor != "start":
        look += f";text-anchor:{text.anchor}"
    if "  " in text.string:
        look += ";white-space:pre"
    told = ""
    if len(text.string) > SHORT_TEXT:
        told = f' textLength="{text_width(text.string, text.size)}" lengthAdjust="spacingAndGlyphs"'
    place = f' x="{number(text.x)}" y="{number(text.y)}"'
    return _Part(look, "text", f"{place}{told}>{escaped(text.string)}</text>")


def escaped(text: str) -> str:
    """Words that no markup can come out of; what XML cannot hold at all is replaced."""
    return escape(NOT_IN_XML.sub("�", text), quote=False)
