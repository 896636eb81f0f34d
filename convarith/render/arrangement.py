"""How the grids of a scene stand on the page: in which rows, with cells of which size, and with or without letters.

Everything is measured before anything is drawn. The widths of the texts decide how large cells have to be, and the
width of the page how large they can be; letters go before cells become too small for them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from convarith.errors import ShapeError
from convarith.render.cells import CELL_PX, NO_LETTERS, Letters
from convarith.render.lettering import text_width, wrapped

if TYPE_CHECKING:
    from convarith.render.scene import Grid, Scene
    from convarith.render.views import View

    Rows = tuple[tuple[Grid, ...], ...]

COMFORTABLE_PX = 32
"""Cells are made smaller than usual before grids are put under each other, but not smaller than this."""

LARGEST_CELL_PX = 120
LEAST_CELL_PX = 3
TEXT_SIZE = 16
"""Of every text that is not larger: digits of 11.7 pixels."""

README_PX = 830
"""The width of a picture that a README shows without shrinking it."""

TALLEST_PX = 840
"""Grids are as high as a screen shows them, unless the picture is wider."""

TALLEST_LETTERED_PX = 1_200
"""Before letters go, grids may be so high."""

TALL = (TALLEST_PX, TALLEST_LETTERED_PX)

CELL_GAP = 6
TAG_GAP = 10
SUBSCRIPTED_PX = 44
"""What a tag below a text that reaches below its line needs."""

SUBSCRIPTS = frozenset("₀₁₂₃₄₅₆₇₈₉‚")

MARGIN = 16
"""Around everything on the page."""

GRID_GAP = 32
LABEL_PX = 150
"""Labels are not broken into shorter lines than this."""

LABEL_LINE = 20
LABEL_GAP = 8
ROW_GAP = 16
LINED_GAP = 36
"""Between rows that lines go between."""

BESIDE_PX = 140
"""The width of labels left of their grids."""

SIDE_LIMIT_PX = 8_000


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Rows of grids in a view, and the letters in their cells."""

    view: View
    rows: Rows
    columns: bool
    letters: Letters
    headings: tuple[str, ...] = ()
    below: frozenset[str] = frozenset()
    """The grids whose label stands below them."""
    lined: bool = False
    """Whether lines go from grid to grid, which leave no room for labels between rows."""

    def grids(self) -> Iterator[Grid]:
        """Those of the scene that are shown."""
        for row in self.rows:
            yield from row

    def column_width(self, grid: Grid) -> int:
        """A grid is as wide as its cells or, where it is small, as its label."""
        if self.has_labels_beside:
            return self.view.size(grid)[0]
        return max(self.view.size(grid)[0], *(text_width(line, TEXT_SIZE) for line in self.label(grid)))

    def label(self, grid: Grid) -> list[str]:
        """The label, broken at its commas where it is much wider than its grid."""
        if self.has_labels_beside:
            return wrapped(grid.label, TEXT_SIZE, BESIDE_PX)
        return wrapped(grid.label, TEXT_SIZE, max(self.view.size(grid)[0] + GRID_GAP, self._label_px))

    @property
    def _label_px(self) -> int:
        """The width that labels may have anyhow: less where columns have to share the page."""
        if not self.columns:
            return LABEL_PX
        columns = len(self.rows[0])
        return min(LABEL_PX, (self.view.line_px - GRID_GAP * (columns - 1)) // columns)

    def widths(self, row: tuple[Grid, ...]) -> list[int]:
        """The width of each place in a row: with columns, what the widest grid of the column or its heading takes."""
        if not self.columns:
            return [self.column_width(grid) for grid in row]
        widths = self._grid_widths(row)
        words = self.heading_lines or [[] for _ in row]
        return [
            max(width, *(text_width(line, TEXT_SIZE) for line in lines), 0)
            for width, lines in zip(widths, words, strict=True)
        ]

    def _grid_widths(self, row: tuple[Grid, ...]) -> list[int]:
        """What the widest grid of each column takes."""
        return [max(self.column_width(line[place]) for line in self.rows) for place in range(len(row))]

    def row_width(self, row: tuple[Grid, ...]) -> int:
        return sum(self.widths(row)) + GRID_GAP * (len(row) - 1)

    def label_px(self, row: tuple[Grid, ...], *, below: bool = False) -> int:
        """The room that labels take above a row, or below it."""
        if self.has_labels_beside:
            return 0
        tallest = max(self.view.size(grid)[1] for grid in row)
        taken = [0]
        for grid in row:
            if (grid.name in self.below) == below:
                # A label of several lines above a small grid needs no room above the tall ones.
                spare = 0 if below else (tallest - self.view.size(grid)[1]) // 2
                taken.append(LABEL_LINE * len(self.label(grid)) + LABEL_GAP - spare)
        return max(taken)

    def row_height(self, row: tuple[Grid, ...]) -> int:
        return self.label_px(row) + self.tallest(row) + self.label_px(row, below=True)

    def tallest(self, row: tuple[Grid, ...]) -> int:
        """The height of a row without labels above or below it."""
        labels = [LABEL_LINE * len(self.label(grid)) for grid in row] if self.has_labels_beside else []
        return max(*(self.view.size(grid)[1] for grid in row), *labels, 0)

    @property
    def row_gap(self) -> int:
        return LINED_GAP if self.has_labels_beside else ROW_GAP

    @property
    def heading_lines(self) -> list[list[str]]:
        """The words above each column, in lines."""
        if not self.headings:
            return []
        return [
            wrapped(words, TEXT_SIZE, max(width, self._label_px))
            for words, width in zip(self.headings, self._grid_widths(self.rows[0]), strict=True)
        ]

    @property
    def is_aligned(self) -> bool:
        """Whether every row is one grid of one axis: then index 0 of each stands below that of the others."""
        return not self.view.oblique and all(len(row) == 1 and len(row[0].shape) == 1 for row in self.rows)

    @property
    def has_labels_beside(self) -> bool:
        """Whether labels stand left of their grids, each of which is a row."""
        return self.lined and all(len(row) == 1 for row in self.rows)

    @property
    def labels_width(self) -> int:
        """What labels take left of the grids."""
        if not self.has_labels_beside:
            return 0
        return LABEL_GAP + max(text_width(line, TEXT_SIZE) for grid in self.grids() for line in self.label(grid))

    def shift(self, grid: Grid) -> int:
        """How far right of the leftmost cell of all, or of the labels left of it, an aligned grid begins."""
        first = min(other.origin[0] for other in self.grids())
        return self.labels_width + self.view.cell_px * (grid.origin[0] - first)

    @property
    def width(self) -> int:
        if self.is_aligned:
            return max(self.shift(grid) + self.column_width(grid) for grid in self.grids())
        return self.labels_width + max(self.row_width(row) for row in self.rows)

    @property
    def height(self) -> int:
        headings = LABEL_LINE * max((len(lines) for lines in self.heading_lines), default=0)
        return headings + sum(self.row_height(row) for row in self.rows) + self.row_gap * (len(self.rows) - 1)


def arranged(scene: Scene, view: type[View], width: int | None) -> Arrangement:
    """The arrangement with the largest cells that fit ``width`` pixels, or, if none is given, a README.

    For a width that is given, the cells of grids beside each other grow beyond their usual size.

    Raises:
        ShapeError: no cell is small enough for the width that is asked for.
    """
    limit = README_PX - 2 * MARGIN if width is None else width
    arrangement = None
    for arrangement, tallest in _candidates(scene, view, limit, growing=width is not None):
        if arrangement.width <= limit and arrangement.height <= max(tallest, limit):
            return arrangement
    assert arrangement is not None  # there is always a last one, with the smallest cells
    if width is not None and arrangement.width > limit:
        raise ShapeError(
            f"the grids do not fit into a width of {width + 2 * MARGIN} pixels; they need "
            f"{arrangement.width + 2 * MARGIN}",
            width=width + 2 * MARGIN,
            least_width=arrangement.width + 2 * MARGIN,
        )
    return arrangement


def has_letters(scene: Scene) -> bool:
    """Whether anything stands in a cell at any time."""
    written = (write.cell.text for step in scene.steps for write in step.writes)
    return any(_lettered(grid) for grid in scene.grids()) or any(written)


def check_pixels(width: int, height: int) -> None:
    """Refuse a picture that no page holds, before it is painted.

    Raises:
        ShapeError: a side is longer than `SIDE_LIMIT_PX`.
    """
    if max(width, height) > SIDE_LIMIT_PX:
        raise ShapeError(
            f"the picture would have {width}x{height} pixels, more than the limit of {SIDE_LIMIT_PX} on a side; "
            f"make the input, the padding or the dilation smaller, or ask for fewer pixels",
            width=width,
            height=height,
            limit=SIDE_LIMIT_PX,
        )


def _candidates(scene: Scene, view: type[View], limit: int, *, growing: bool) -> Iterator[tuple[Arrangement, int]]:
    """Arrangements, each with how tall it may be, from the best to the one with the smallest cells.

    Grids stand beside each other in comfortable cells, or else one under the other; then tags go, then cells shrink
    as far as their letters let them, and then letters go.
    """
    apart, *stacked = _stackings(scene, view)
    *lettered, bare = _needs(scene, view.oblique)
    for need in lettered:
        comfortable = max(need.least, COMFORTABLE_PX)
        largest = max(LARGEST_CELL_PX if growing else CELL_PX, need.least)
        for cell_px in range(largest, comfortable - 1, -2):
            yield _arrangement(scene, view(cell_px, limit), apart, need.letters(cell_px)), TALLEST_PX
        for stacking in stacked:
            for cell_px in range(max(CELL_PX, need.least), comfortable - 1, -2):
                yield _arrangement(scene, view(cell_px, limit), stacking, need.letters(cell_px)), TALLEST_PX
    shrinking = [(need, max(COMFORTABLE_PX, need.least), tall) for need in lettered[-1:] for tall in TALL]
    shrinking.append((bare, LARGEST_CELL_PX if growing else CELL_PX, TALLEST_PX))
    for need, largest, tallest in shrinking:
        for cell_px in range(largest, need.least - 1, -1):
            for stacking in (apart, *stacked):
                yield _arrangement(scene, view(cell_px, limit), stacking, need.letters(cell_px)), tallest


def _arrangement(scene: Scene, view: View, stacking: Stacking, letters: Letters) -> Arrangement:
    lined = any(line.start[0] != line.end[0] for line in scene.steps[-1].lines) or (view.oblique and _is_chain(scene))
    return Arrangement(view, stacking.rows, stacking.columns, letters, scene.headings, stacking.below, lined)


class Stacking(NamedTuple):
    """Which grids stand beside each other and which under each other."""

    rows: Rows
    columns: bool = False
    below: frozenset[str] = frozenset()
    """Those that have their label below them."""


def _stackings(scene: Scene, view: type[View]) -> Iterator[Stacking]:
    """As the scene has its grids, then one under the other."""
    if view.oblique and _is_chain(scene):  # each above the one before it
        yield Stacking(tuple((grid,) for grid in reversed(list(scene.grids()))))
        return
    if view.oblique and scene.links:
        uppers = {upper for _, upper in scene.links}
        lowers = [grid for grid in scene.grids() if grid.name in {lower for lower, _ in scene.links}]
        others = [grid for grid in scene.grids() if grid not in lowers and (grid.name in uppers or _says(grid))]
        others.sort(key=lambda grid: grid.name not in uppers)  # those that lines lead to first
        yield Stacking((tuple(others), tuple(lowers)), scene.columns, frozenset(grid.name for grid in lowers))
        return
    yield Stacking(scene.rows, scene.columns)
    if scene.columns:
        return
    first, *others = list(scene.grids())
    if len(others) > 1 and len(scene.rows) == 1:
        yield Stacking(((first,), tuple(others)))
    if others and len(scene.rows) == 1:
        yield Stacking(tuple((grid,) for grid in scene.grids()))


def _is_chain(scene: Scene) -> bool:
    """Whether lines lead on from where others end."""
    return not {lower for lower, _ in scene.links}.isdisjoint(upper for _, upper in scene.links)


def _lettered(grid: Grid) -> bool:
    return any(cell.text for cell in grid.cells.values())


def _says(grid: Grid) -> bool:
    """Whether a grid shows anything: weights without letters do not."""
    return _lettered(grid) or any(cell.role != "weight" for cell in grid.cells.values())


class Need(NamedTuple):
    """Letters that cells may have, and how large cells have to be for them."""

    least: int
    widest: int = 0
    """The widest text in a cell, at the usual size of text."""
    widest_tag: int = 0

    def letters(self, cell_px: int) -> Letters:
        """The largest letters that fit cells of a size, one size for all of them."""
        if not self.widest and not self.widest_tag:
            return NO_LETTERS
        wanted = max(17 if cell_px >= CELL_PX else TEXT_SIZE, round(0.45 * cell_px))
        fitting = TEXT_SIZE * (cell_px - CELL_GAP) // max(self.widest, 1)
        size = max(TEXT_SIZE, min(wanted, fitting))
        tag = TEXT_SIZE * (cell_px - TAG_GAP) // max(self.widest_tag, 1)
        return Letters(size, max(TEXT_SIZE, min(size - 2, tag)), tags=bool(self.widest_tag))


def _needs(scene: Scene, oblique: bool) -> Iterator[Need]:
    """Which letters to try: all, without tags, and none."""
    texts = {cell.text for grid in scene.grids() for cell in grid.cells.values()}
    texts |= {write.cell.text for step in scene.steps for write in step.writes}
    tags = {lit.tag for step in scene.steps for lit in step.lit}
    widest = max((text_width(text, TEXT_SIZE) for text in texts), default=0)
    if widest:
        room = widest + CELL_GAP
        tag = max((text_width(tag, TEXT_SIZE) for tag in tags), default=0)
        if tag and not oblique:
            lines = SUBSCRIPTED_PX if any(character in SUBSCRIPTS for text in texts for character in text) else CELL_PX
            yield Need(max(room, tag + TAG_GAP, lines), widest, tag)
        yield Need(max(room, COMFORTABLE_PX if oblique else 24), widest)
    yield Need(LEAST_CELL_PX)
