"""Views: where a cell lies on the page, and nothing else.

A view places one grid with its corner at (0, 0) and tells how large it is; `drawing` puts the grids beside each
other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from convarith.render.scene import Grid, Position

    Point = tuple[int, int]
    Box = tuple[int, int, int, int]

CELL_PX = 36
SLICE_GAP_PX = 18


class Flat:
    """Cells as squares: one axis as a row, two as a table, the slices of a third side by side."""

    def __init__(self, cell_px: int = CELL_PX) -> None:
        self.cell_px = cell_px

    def size(self, grid: Grid) -> Point:
        """Width and height of a grid in pixels, outline included."""
        depth, height, width = _three(grid.shape)
        return depth * (width * self.cell_px + SLICE_GAP_PX) - SLICE_GAP_PX + 1, height * self.cell_px + 1

    def box(self, grid: Grid, position: Position) -> Box:
        """Left, top, right and bottom of a cell; neighbours share their border."""
        along = tuple(at - start for at, start in zip(position, grid.origin, strict=True))
        plane, row, column = _three(along, fill=0)
        _, _, width = _three(grid.shape)
        left = plane * (width * self.cell_px + SLICE_GAP_PX) + column * self.cell_px
        top = row * self.cell_px
        return left, top, left + self.cell_px, top + self.cell_px


def _three(numbers: tuple[int, ...], fill: int = 1) -> tuple[int, int, int]:
    """One to three numbers as (depth, height, width)."""
    depth, height, width = (fill,) * (3 - len(numbers)) + numbers
    return depth, height, width
