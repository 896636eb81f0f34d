"""Views: where a cell lies, and nothing else.

A view places one grid with its corner at (0, 0) and tells how large it is; `layout` puts the grids beside each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import floor, hypot
from typing import TYPE_CHECKING

from convarith.errors import ParameterError, nearest
from convarith.render.lettering import text_width

if TYPE_CHECKING:
    from convarith.render.drawing import Point
    from convarith.render.scene import Grid, Position

FLOATS_ARE_OFF = 1e-6

PLANE_GAP_PX = 16
PLANE_LABEL_PX = 22
"""Room above each slice of a third axis for the words that say which it is."""

PLANE_LABEL_SIZE = 16
LEAST_PART_PX = 3
"""Cells of a grid that is drawn smaller than the others have at least this side."""

WORDED_PX = 24
"""Slices of smaller cells have a number alone."""


@dataclass(frozen=True, slots=True)
class Patch:
    """A parallelogram: a corner, and the vectors across (towards the next column) and down (towards the next row)."""

    corner: Point
    across: Point
    down: Point

    def at(self, right: float, below: float) -> Point:
        """The point at fractions of the two vectors."""
        (x, y), (ax, ay), (dx, dy) = self.corner, self.across, self.down
        return x + right * ax + below * dx, y + right * ay + below * dy

    def outline(self, inset: float = 0) -> tuple[Point, Point, Point, Point]:
        """The four corners, or points as many pixels inside of them."""
        right, below = inset / hypot(*self.across), inset / hypot(*self.down)
        return (
            self.at(right, below),
            self.at(1 - right, below),
            self.at(1 - right, 1 - below),
            self.at(right, 1 - below),
        )

    def moved(self, right: float, down: float) -> Patch:
        return Patch((self.corner[0] + right, self.corner[1] + down), self.across, self.down)

    def spanning(self, other: Patch) -> Patch:
        """From the first corner of this one to the last corner of another in the same plane."""
        (x, y), (ax, ay), (dx, dy) = self.corner, self.across, self.down
        ex, ey = other.corner[0] - x, other.corner[1] - y
        area = ax * dy - ay * dx
        columns, rows = 1 + (ex * dy - ey * dx) / area, 1 + (ax * ey - ay * ex) / area
        return Patch(self.corner, (columns * ax, columns * ay), (rows * dx, rows * dy))


class View:
    """Cells of a size, as parallelograms; the slices of a third axis side by side, in lines of at most ``line_px``."""

    name = ""
    oblique = False

    def __init__(self, cell_px: int, line_px: int = 100_000) -> None:
        self.cell_px = cell_px
        self.line_px = line_px

    def vectors(self, cell_px: float | None = None) -> tuple[Point, Point]:
        """(across, down) of every cell, or of one of another size."""
        raise NotImplementedError

    def side(self, grid: Grid) -> int:
        """The side of a grid's cells."""
        return self.cell_px if grid.part == 1 else max(LEAST_PART_PX, round(grid.part * self.cell_px))

    def size(self, grid: Grid) -> tuple[int, int]:
        """Width and height of a grid in pixels, outline included."""
        depth, _, _ = _three(grid.shape)
        _, height = self._plane_size(grid)
        per_line = self._per_line(grid)
        lines = -(-depth // per_line)
        pitch = self._pitch(grid), height + self._label_px(grid) + PLANE_GAP_PX
        return min(depth, per_line) * pitch[0] - PLANE_GAP_PX, lines * pitch[1] - PLANE_GAP_PX

    def cell(self, grid: Grid, position: Position) -> Patch:
        """Where a cell lies; neighbours share their border."""
        plane, row, column = _three([at - start for at, start in zip(position, grid.origin, strict=True)], fill=0)
        (ax, ay), (dx, dy) = across, down = self.vectors(self.side(grid))
        left, top = self._corner(grid, plane)
        return Patch((left + column * ax + row * dx, top + column * ay + row * dy), across, down)

    def plane(self, grid: Grid, plane: int = 0) -> Patch:
        """A whole slice of a grid."""
        _, rows, columns = _three(grid.shape)
        (ax, ay), (dx, dy) = self.vectors(self.side(grid))
        return Patch(self._corner(grid, plane), (columns * ax, columns * ay), (rows * dx, rows * dy))

    def plane_labels(self, grid: Grid) -> Iterator[tuple[Point, str]]:
        """For each slice of a third axis, the middle of the line above it, and which it is."""
        width, _ = self._plane_size(grid)
        for plane, label in enumerate(self._plane_words(grid)):
            x, y = self._plane_corner(grid, plane)
            yield (x + width / 2, y - 6), label

    def _per_line(self, grid: Grid) -> int:
        """How many slices of a grid stand beside each other: as many in each line, as far as that goes."""
        most = max(1, (self.line_px + PLANE_GAP_PX) // self._pitch(grid))
        depth, _, _ = _three(grid.shape)
        lines = -(-depth // most)
        return -(-depth // lines)

    def _pitch(self, grid: Grid) -> int:
        """From slice to slice: the width of one or, where that is small, of its words, and the gap."""
        words = (text_width(label, PLANE_LABEL_SIZE) for label in self._plane_words(grid))
        return max(self._plane_size(grid)[0], *words, 0) + PLANE_GAP_PX

    def _plane_corner(self, grid: Grid, plane: int) -> tuple[int, int]:
        """The left top corner of the box around a slice."""
        width, height = self._plane_size(grid)
        line, place = divmod(plane, self._per_line(grid))
        label = self._label_px(grid)
        pitch = self._pitch(grid)
        left = place * pitch + (pitch - PLANE_GAP_PX - width) // 2
        return left, line * (height + label + PLANE_GAP_PX) + label

    def _corner(self, grid: Grid, plane: int) -> Point:
        """The first corner of a slice's first cell."""
        x, y = self._plane_corner(grid, plane)
        _, _, columns = _three(grid.shape)
        (_, ay), _ = self.vectors(self.side(grid))
        return x, y - min(0, columns * ay)

    def _plane_size(self, grid: Grid) -> tuple[int, int]:
        _, rows, columns = _three(grid.shape)
        (ax, ay), (dx, dy) = self.vectors(self.side(grid))
        width, height = columns * ax + rows * dx, columns * abs(ay) + rows * dy
        return floor(width + FLOATS_ARE_OFF) + 1, floor(height + FLOATS_ARE_OFF) + 1

    def _plane_words(self, grid: Grid) -> list[str]:
        """Which slice each is, where there are three axes."""
        if len(grid.shape) < 3:
            return []
        word = "depth " if self.cell_px >= WORDED_PX else ""
        return [f"{word}{grid.origin[0] + plane}" for plane in range(grid.shape[0])]

    @staticmethod
    def _label_px(grid: Grid) -> int:
        return PLANE_LABEL_PX if len(grid.shape) > 2 else 0


class Flat(View):
    """Cells as squares: one axis as a row, two as a table, the slices of a third side by side."""

    name = "flat"

    def vectors(self, cell_px: float | None = None) -> tuple[Point, Point]:
        cell = self.cell_px if cell_px is None else cell_px
        return (cell, 0), (0, cell)


class Sheets(View):
    """Grids as sheets of paper, one above the other, seen obliquely: columns run up to the right, rows down to it."""

    name = "sheets"
    oblique = True

    def vectors(self, cell_px: float | None = None) -> tuple[Point, Point]:
        cell = self.cell_px if cell_px is None else cell_px
        return (0.82 * cell, -0.42 * cell), (0.58 * cell, 0.54 * cell)


VIEWS: dict[str, type[View]] = {view.name: view for view in (Flat, Sheets)}


def view_named(name: str) -> type[View]:
    """The view of a name.

    Raises:
        ParameterError: there is none of that name (the known ones are named).
    """
    try:
        return VIEWS[name]
    except (KeyError, TypeError):
        raise ParameterError(f"unknown view {name!r}; {nearest(str(name), VIEWS)}", value=name) from None


def _three(numbers: Sequence[int], fill: int = 1) -> tuple[int, int, int]:
    """One to three numbers as (depth, height, width)."""
    depth, height, width = (fill,) * (3 - len(numbers)) + tuple(numbers)
    return depth, height, width
