"""A drawing as TikZ: the still, as an environment to ``\\input`` into any document that loads ``tikz``.

A small string writer, as for SVG: letters are then set by LaTeX in the document's own sans serif, and the picture needs
neither a second file nor a conversion. Everything it defines ends with the environment. Units are pixels of 96 to the
inch, and y runs down as in the drawing.
"""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from convarith.render.drawing import Path
from convarith.render.tex_letters import latex_text, unset
from convarith.render.vector import HALF_PX, capped_dash, corners, is_closed, number, sides

if TYPE_CHECKING:
    from collections.abc import Iterator

    from convarith.render.drawing import Drawing, Primitive, Text

PX_BP = 0.75
"""A pixel in TeX's big points, of which 72 are an inch."""

LEADING = 1.2
"""From line to line, in font sizes; no text here has a second one."""

COLUMNS = 100

ANCHORS = {"start": "base west", "middle": "base", "end": "base east"}


def tikz_bytes(drawing: Drawing, *, scale: int = 1) -> bytes:
    """The drawing's poster as a ``tikzpicture``, with its words as comments; all of it if it has one frame."""
    still = drawing.still()
    unit = PX_BP * scale
    names = _Names(unit)
    painted = [line for primitive in still for line in _commands(primitive, names)]
    page = names.colour(drawing.page)
    right, bottom = number(drawing.width - HALF_PX), number(drawing.height - HALF_PX)
    lines = [
        *_header(drawing, [primitive.string for primitive in still if not isinstance(primitive, Path)]),
        rf"\begin{{tikzpicture}}[x={_bp(unit)}, y={_bp(-unit)}, inner sep=0pt, outer sep=0pt]",
        *names.definitions(),
        rf"\path[use as bounding box, fill={page}] (-.5,-.5) rectangle ({right},{bottom});",
        *painted,
        r"\end{tikzpicture}%",
    ]
    return ("\n".join(lines) + "\n").encode("utf-8")


def _header(drawing: Drawing, texts: list[str]) -> Iterator[str]:
    words = [
        "A TikZ picture by convarith.",
        r"To use it: \usepackage{tikz} in the preamble, \input{this file} where it goes; \resizebox or \scalebox "
        "around it for another size. Letters have their exact size in fonts of any size, such as those of lmodern.",
    ]
    foreign = unset(texts)
    if foreign:
        words.append(f"For LuaLaTeX or XeLaTeX with a font that has these signs: {' '.join(foreign)}")
    for line in [*words, *drawing.title.splitlines(), *drawing.alt.splitlines()]:
        yield from (f"% {part}" for part in wrap(line, COLUMNS, break_long_words=False, break_on_hyphens=False))


class _Names:
    """Colours and styles by name, in the order in which they are met."""

    def __init__(self, unit: float) -> None:
        self.unit = unit
        self._colours: dict[str, str] = {}
        self._styles: dict[str, str] = {}

    def colour(self, color: str) -> str:
        return self._colours.setdefault(color, f"convarith{len(self._colours)}")

    def style(self, keys: str) -> str:
        return self._styles.setdefault(keys, f"convarith {len(self._styles)}")

    def definitions(self) -> Iterator[str]:
        for color, name in self._colours.items():
            yield rf"\definecolor{{{name}}}{{HTML}}{{{color.removeprefix('#').upper()}}}"
        for keys, name in self._styles.items():
            yield rf"\tikzset{{{name}/.style={{{keys}}}}}"


def _commands(primitive: Primitive, names: _Names) -> Iterator[str]:
    """One command; two for a filled path with dashes, which begin anew on every side."""
    if not isinstance(primitive, Path):
        yield _node(primitive, names)
        return
    fill = None if primitive.fill is None else f"fill={names.colour(primitive.fill)}"
    stroke = None if primitive.stroke is None else _line_keys(primitive, primitive.stroke, names)
    if fill is not None and stroke is not None and not primitive.dash:
        yield rf"\filldraw[{names.style(f'{fill}, {stroke}')}] {_outline(primitive)};"
        return
    if fill is not None:
        yield rf"\fill[{names.style(fill)}] {_outline(primitive)};"
    if stroke is not None:
        way = " ".join(f"{_at(*side[0])} -- {_at(*side[1])}" for side in sides(primitive))
        yield rf"\draw[{names.style(stroke)}] {way if primitive.dash else _outline(primitive)};"


def _line_keys(path: Path, stroke: str, names: _Names) -> str:
    keys = f"draw={names.colour(stroke)}, line width={_bp(path.width * names.unit)}"
    if path.dash:
        on, off = (_bp(part * names.unit) for part in capped_dash(path))
        keys += f", line cap=rect, dash pattern=on {on} off {off}"
    return keys


def _outline(path: Path) -> str:
    points = [_at(*point) for point in corners(path)]
    return " -- ".join([*points, "cycle"] if is_closed(path) else points)


def _node(text: Text, names: _Names) -> str:
    size = text.size * names.unit
    style = names.style(
        rf"anchor={ANCHORS[text.anchor]}, text={names.colour(text.color)}, "
        rf"font=\fontsize{{{_bp(size)}}}{{{_bp(LEADING * size)}}}\selectfont\sffamily"
    )
    return rf"\node[{style}] at {_at(text.x, text.y)} {{{latex_text(text.string)}}};"


def _at(x: float, y: float) -> str:
    return f"({number(x)},{number(y)})"


def _bp(length: float) -> str:
    return f"{number(length, 4)}bp"
