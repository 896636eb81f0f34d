"""How a map looks in the picture of what a unit reads: its ground, what is read of it, and the nominal field."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from convarith.render.drawing import Path
from convarith.render.themes import ink_on, mixed, ring_color

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from convarith.render.drawing import Point, Primitive
    from convarith.render.networks.field_diagram import Panel, Run
    from convarith.render.themes import Style, Theme

LEAST_CELL_PX = 5
"""Cells of this side are parted by lines."""

SEEN_PX = 4
"""What is read is drawn at least so large."""

LEAST_RUN_PX = 1.5
MOST_AREAS = 400
"""Narrower or more areas than these are drawn as one that is paler."""


class Area(NamedTuple):
    """A map's place: its left upper corner, its size in pixels, and that of one position across and down.

    A map of one axis is one position high.
    """

    x: float
    y: float
    width: float
    height: float
    across: float
    down: float
    bounds: tuple[float, float, float, float]
    """Left, top, right and bottom of what the nominal field is seen in."""

    def box(self, rows: Run, columns: Run, least: float = 0) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of some positions, at least so many pixels apart."""
        left, right = self.x + columns[0] * self.across, self.x + (columns[1] + 1) * self.across
        top, bottom = self.y + rows[0] * self.down, self.y + (rows[1] + 1) * self.down
        wide, high = max(0, least - right + left) / 2, max(0, least - bottom + top) / 2
        return round(left - wide), round(top - high), round(right + wide), round(bottom + high)


def styles(panel: Panel, theme: Theme) -> tuple[Style, Style]:
    """How what is not read of a map looks, and what is."""
    if panel.is_input:
        return theme.roles["input"], theme.roles["input"]
    return theme.roles["to_come"], theme.roles["done"]


def ground_shapes(panel: Panel, area: Area, theme: Theme) -> Iterator[Primitive]:
    """A map of which nothing is read yet."""
    style, _ = styles(panel, theme)
    corners = _rectangle(area.x, area.y, area.x + area.width, area.y + area.height)
    yield Path(corners, style.fill)
    yield from _grid(area, mixed(style.fill, style.stroke, 0.35))
    yield Path((*corners, corners[0]), None, style.stroke)


def read_shapes(
    area: Area, boxes: Sequence[tuple[Sequence[Run], Sequence[Run]]], hull: tuple[Run, Run], look: tuple[Style, Theme]
) -> Iterator[Primitive]:
    """What is read of a map, as rows and columns of boxes, with a line around all of it."""
    style, theme = look
    areas = [area.box(rows, columns) for box in boxes for rows, columns in product(*box)]
    wide = [min(right - left, bottom - top) for left, top, right, bottom in areas]
    around = _rectangle(*area.box(*hull, SEEN_PX))
    if len(areas) == 1:
        yield Path(around, style.lit)
    elif len(areas) > MOST_AREAS or min(wide) < LEAST_RUN_PX:
        yield Path(around, mixed(style.lit, style.fill, 0.5))
    else:
        for box in areas:
            yield Path(_rectangle(*box), style.lit)
    yield Path((*around, around[0]), None, ring_color(theme))


def cell_lines(area: Area, hull: tuple[Run, Run], style: Style) -> Iterator[Primitive]:
    """The lines between the cells that are read."""
    left, top, right, bottom = area.box(*hull)
    inner = area._replace(x=left, y=top, width=right - left, height=bottom - top)
    yield from _grid(inner, mixed(style.lit, ink_on(style.lit), 0.35))


def ring_shapes(area: Area, hull: tuple[Run, Run], theme: Theme) -> Iterator[Primitive]:
    """The line around what is read now."""
    around = _rectangle(*area.box(*hull, SEEN_PX))
    yield Path((*around, around[0]), None, ring_color(theme), 2)


def nominal_shapes(area: Area, hull: tuple[Run, Run], theme: Theme) -> Iterator[Primitive]:
    """A dashed line around the nominal field, without the sides that lie too far beyond the map."""
    left, top, right, bottom = area.box(*hull)
    low_x, low_y, high_x, high_y = area.bounds
    ends_x, ends_y = (max(left, low_x), min(right, high_x)), (max(top, low_y), min(bottom, high_y))
    if ends_x[0] >= ends_x[1] or ends_y[0] >= ends_y[1]:
        return
    for y in (top, bottom):
        if low_y - 1 <= y <= high_y + 1:
            yield Path(((ends_x[0], y), (ends_x[1], y)), None, theme.ink, 1, (4, 3))
    for x in (left, right):
        if low_x - 1 <= x <= high_x + 1:
            yield Path(((x, ends_y[0]), (x, ends_y[1])), None, theme.ink, 1, (4, 3))


def _rectangle(left: float, top: float, right: float, bottom: float) -> tuple[Point, Point, Point, Point]:
    return (left, top), (right, top), (right, bottom), (left, bottom)


def _grid(area: Area, color: str) -> Iterator[Primitive]:
    if area.across >= LEAST_CELL_PX:
        for number in range(1, round(area.width / area.across)):
            x = round(area.x + number * area.across)
            yield Path(((x, area.y), (x, area.y + area.height)), None, color)
    if area.down >= LEAST_CELL_PX:
        for number in range(1, round(area.height / area.down)):
            y = round(area.y + number * area.down)
            yield Path(((area.x, y), (area.x + area.width, y)), None, color)
