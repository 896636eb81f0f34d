"""One cell as paths and texts: its role, its marks, its number, and a tag in its corner.

Everything is drawn in the cell's own parallelogram, so that it looks the same wherever a view puts it.
"""

from __future__ import annotations

from math import hypot
from typing import TYPE_CHECKING, NamedTuple

from convarith.render.drawing import Path, Text
from convarith.render.lettering import baseline_below, text_width
from convarith.render.themes import ink_on

if TYPE_CHECKING:
    from collections.abc import Collection

    from convarith.render.drawing import Point, Primitive
    from convarith.render.scene import Cell
    from convarith.render.themes import Style, Theme
    from convarith.render.views import Patch

CELL_PX = 36
"""The usual side of a cell."""

HATCH_PX = 7
CROSS_INSET = 1 / 12
"""How far from its sides, in parts of them, the cross over a cell ends."""

OUTLINED_PX = 10
"""Smaller cells are fills, without outlines and hatching."""

DIAGONALS = {
    "falling": (((0, 1 / 2), (1 / 2, 1)), ((0, 0), (1, 1)), ((1 / 2, 0), (1, 1 / 2))),
    "rising": (((0, 1 / 2), (1 / 2, 0)), ((0, 1), (1, 0)), ((1 / 2, 1), (1, 1 / 2))),
}
"""The ends of the lines of a texture, in parts of the cell to the right and down."""

LIT_MARKS = {"tap", "now"}
CROSSING = {"unread", "dropped"}
"""Marks whose lines run over the whole cell."""

Sides = tuple[bool, bool, bool, bool]
"""Above, right, below, left."""

ALL_SIDES: Sides = (True, True, True, True)


class Letters(NamedTuple):
    """Which letters cells have: the sizes of numbers and of small ones, and whether there are numbers and tags."""

    size: int
    small: int
    numbers: bool = True
    tags: bool = True


NO_LETTERS = Letters(16, 16, numbers=False, tags=False)


def cell_shapes(
    cell: Cell,
    patch: Patch,
    theme: Theme,
    letters: Letters,
    marks: Collection[str] = (),
    tag: str = "",
    sides: Sides = ALL_SIDES,
) -> list[Primitive]:
    """One cell: its role, its marks, and its text on top of both; ``sides`` are those outlined while it is lit."""
    style = theme.roles[cell.role]
    lit = not LIT_MARKS.isdisjoint(marks)
    fill = style.lit if lit else style.fill
    side = patch.across[0]
    shapes: list[Primitive] = [
        Path(patch.outline(), fill, style.stroke if side >= OUTLINED_PX else None, 1, style.dash),
        *_texture(style, patch),
    ]
    if marks:
        shapes += _marks(marks, patch, theme, sides)
    if not letters.numbers:
        return shapes
    if tag and letters.tags:
        shapes += _tag(tag, patch, theme, letters)
    if cell.text:
        crossed = style.texture == "cross" or (style.texture == "lines" and side < CELL_PX)
        halo = crossed or not CROSSING.isdisjoint(marks)
        beside_tag = bool(tag) and letters.tags
        shapes += _number(cell.text, patch, style, letters, fill, halo=halo, beside_tag=beside_tag)
    return shapes


def _number(
    text: str, patch: Patch, style: Style, letters: Letters, fill: str, *, halo: bool, beside_tag: bool
) -> list[Primitive]:
    side = patch.across[0]
    x, y = patch.at(0.5, 0.5)
    size = letters.small if style.small else letters.size
    if beside_tag:  # the tag has the lower line
        x, y = x - 0.1 * side, y - 0.17 * side
        x = max(x, patch.corner[0] + 3 + text_width(text, size) / 2)
    middle, baseline = round(x + 0.25), baseline_below(y, size)
    shapes: list[Primitive] = []
    if halo:  # lines must not run through the digits
        reach = text_width(text, size) // 2 + 2
        top, bottom = baseline - round(0.75 * size) - 2, baseline + 3
        corners = ((middle - reach, top), (middle + reach, top), (middle + reach, bottom), (middle - reach, bottom))
        shapes.append(Path(corners, fill))
    shapes.append(Text(middle, baseline, text, size, ink_on(fill), fill, "middle"))
    return shapes


def _tag(tag: str, patch: Patch, theme: Theme, letters: Letters) -> list[Primitive]:
    """A label in the lower right corner, in the colours of a weight."""
    style = theme.roles["weight"]
    right, bottom = patch.at(1, 1)
    size = letters.small
    left, top = right - 7 - text_width(tag, size), bottom - 5 - round(0.75 * size)
    right, bottom = right - 2, bottom - 2
    corners = ((left, top), (right, top), (right, bottom), (left, bottom))
    return [
        Path(corners, style.fill),
        Text(right - 2, bottom - 2, tag, size, ink_on(style.fill), style.fill, "end"),
    ]


def _texture(style: Style, patch: Patch) -> list[Primitive]:
    if style.texture == "corner":
        return [Path((patch.at(2 / 3, 0), patch.at(1, 0), patch.at(1, 1 / 3)), style.stroke, style.stroke)]
    if style.texture == "cross":
        first, second, third, fourth = patch.outline()
        return [Path((first, third), None, style.stroke), Path((second, fourth), None, style.stroke)]
    if style.texture == "dots":
        return [_dot(patch.at(across, down), style.stroke) for across in (1 / 6, 5 / 6) for down in (1 / 6, 5 / 6)]
    if style.texture in DIAGONALS:
        return [Path((patch.at(*start), patch.at(*end)), None, style.stroke) for start, end in DIAGONALS[style.texture]]
    if style.texture == "lines":
        return [Path((patch.at(0, down), patch.at(1, down)), None, style.stroke) for down in (1 / 4, 3 / 4)]
    return []


def _dot(middle: Point, color: str) -> Path:
    x, y = round(middle[0]), round(middle[1])
    return Path(((x - 1, y - 1), (x + 1, y - 1), (x + 1, y + 1), (x - 1, y + 1)), color)


def _marks(marks: Collection[str], patch: Patch, theme: Theme, sides: Sides) -> list[Primitive]:
    shapes: list[Primitive] = []
    if "unread" in marks and patch.across[0] >= OUTLINED_PX:
        shapes += _hatching(patch, theme.hatch)
    if "dropped" in marks:
        first, second, third, fourth = patch.outline(CROSS_INSET * hypot(*patch.across))
        shapes += [Path(ends, None, theme.ink, 2) for ends in ((first, third), (second, fourth))]
    if "winner" in marks:
        shapes += _ring(patch, 4.5, theme.winner)
    if not LIT_MARKS.isdisjoint(marks):
        shapes += _ring(patch, 1.5, theme.window, sides)
    elif "touched" in marks:
        shapes += _ring(patch, 1.5, theme.ink, sides)
    return shapes


def _ring(patch: Patch, inset: float, color: str, sides: Sides = ALL_SIDES) -> list[Primitive]:
    """A line inside a cell, along the sides that are wanted: up to the border where it goes on in the next cell."""
    width = 2 if patch.across[0] >= OUTLINED_PX else 1
    first, second, third, fourth = patch.outline(inset)
    if sides == ALL_SIDES:
        return [Path((first, second, third, fourth, first), None, color, width)]
    above, right, below, left = sides
    over, down = inset / hypot(*patch.across), inset / hypot(*patch.down)
    start, end = over if left else 0, 1 - over if right else 1
    top, bottom = down if above else 0, 1 - down if below else 1
    lines = (
        (above, patch.at(start, down), patch.at(end, down)),
        (right, patch.at(1 - over, top), patch.at(1 - over, bottom)),
        (below, patch.at(start, 1 - down), patch.at(end, 1 - down)),
        (left, patch.at(over, top), patch.at(over, bottom)),
    )
    return [Path((one, other), None, color, width) for wanted, one, other in lines if wanted]


def _hatching(patch: Patch, color: str) -> list[Primitive]:
    """Diagonal lines over a cell, rising to the right; in an oblique one along its long diagonal, which is level."""
    side = max(1, round(patch.across[0]))
    lines: list[Primitive] = []
    for offset in range(side % HATCH_PX // 2 + 3, 2 * side, HATCH_PX):
        low, high = max(0, offset - side) / side, min(offset, side) / side
        ends = ((low, 1 - high), (high, 1 - low)) if patch.across[1] else ((low, high), (high, low))
        start, end = (patch.at(*at) for at in ends)
        lines.append(Path((start, end), None, color))
    return lines
