"""What each step adds to a page: the cells it writes, those it lights, and the lines between them.

Frames are made when they are asked for, so that a long animation is never in memory as a whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import hypot
from typing import TYPE_CHECKING, overload

from convarith.render.cells import cell_shapes
from convarith.render.drawing import Frame, Path, Text
from convarith.render.views import Patch

if TYPE_CHECKING:
    from convarith.render.arrangement import Arrangement
    from convarith.render.drawing import Point, Primitive
    from convarith.render.scene import Cell, Grid, Line, Position, Scene, Step
    from convarith.render.themes import Theme

    At = tuple[str, Position]

HEAD_PX, HEAD_PART = 10, 0.5
"""The length of an arrow's head, and how much of a short arrow it takes at most."""

LAST_MS = 1_800
"""The last frame stands at least so long."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A scene's grids where they stand on the page."""

    scene: Scene
    arrangement: Arrangement
    theme: Theme
    corners: dict[str, Point]
    patches: dict[str, dict[Position, Patch]]

    def shown(self, step: Step, written: dict[At, Cell]) -> tuple[list[Primitive], list[Primitive]]:
        """What a step keeps and what it shows, over what was ``written`` by the steps before it, which it adds to."""
        grids = {grid.name: grid for grid in self.arrangement.grids()}
        letters, theme, patches = self.arrangement.letters, self.theme, self.patches
        keep: list[Primitive] = []
        for write in step.writes:
            written[write.grid, write.position] = write.cell
            marks = grids[write.grid].marks.get(write.position, ())
            keep += cell_shapes(write.cell, patches[write.grid][write.position], theme, letters, marks)
        marked: dict[At, tuple[str, ...]] = {}
        tags: dict[At, str] = {}
        for lit in step.lit:
            at = lit.grid, lit.position
            marked[at] = (*marked.get(at, ()), lit.mark)
            tags[at] = tags.get(at, "") or lit.tag
        show: list[Primitive] = []
        for at, lit_marks in marked.items():
            name, position = at
            cell = written.get(at) or grids[name].cells[position]
            standing = grids[name].marks.get(position, ())
            sides = _open_sides(name, position, marked)
            show += cell_shapes(cell, patches[name][position], theme, letters, (*standing, *lit_marks), tags[at], sides)
        if self.arrangement.view.oblique:
            letters_last = [shape for shape in show if isinstance(shape, Text)]
            show = [shape for shape in show if not isinstance(shape, Text)]
            show += [*self._lines(grids, list(marked)), *letters_last]
        for line in step.lines:
            show += self._line(line)
        return keep, show

    def _line(self, line: Line) -> Iterator[Primitive]:
        """An arrow from cell to cell of a grid, or a line between two grids that ends where the cells begin."""
        (start_grid, start_at), (end_grid, end_at) = line.start, line.end
        if start_grid not in self.patches or end_grid not in self.patches:
            return
        from_patch, to_patch = self.patches[start_grid][start_at], self.patches[end_grid][end_at]
        start, end = from_patch.at(0.5, 0.5), to_patch.at(0.5, 0.5)
        if line.arrow:
            yield from _arrow(start, end, self.theme)
            return
        ends = _toward(end, start, _entry(end, start, from_patch)), _toward(start, end, _entry(start, end, to_patch))
        yield Path(ends, None, self.theme.ink)

    def _lines(self, grids: dict[str, Grid], lit: list[At]) -> Iterator[Primitive]:
        """Between the grids that are linked, from the corners of what is lit in one to those of the other."""
        view = self.arrangement.view
        for lower, upper in self.scene.links:
            below = [position for name, position in lit if name == lower]
            above = [position for name, position in lit if name == upper]
            flat = all(len(grids[name].shape) < 3 or grids[name].shape[0] == 1 for name in (lower, upper))
            if below and above and flat:  # lines to several slices would cross the others
                sheet = view.plane(grids[upper]).moved(*self.corners[upper])
                yield from _links(
                    _box(self.patches[lower], below), _box(self.patches[upper], above), sheet, self.theme.ink
                )


class Frames(Sequence[Frame]):
    """The frames of a stage, one for each step of its scene, with their notes."""

    def __init__(self, stage: Stage, notes: Sequence[tuple[Primitive, ...]], ms: int) -> None:
        self.stage = stage
        self._notes = notes
        self._ms = ms

    def __len__(self) -> int:
        return len(self._notes)

    def __iter__(self) -> Iterator[Frame]:
        return self._made({}, 0)

    @overload
    def __getitem__(self, number: int) -> Frame: ...

    @overload
    def __getitem__(self, number: slice) -> Sequence[Frame]: ...

    def __getitem__(self, number: int | slice) -> Frame | Sequence[Frame]:
        if isinstance(number, slice):
            return [self[at] for at in range(*number.indices(len(self)))]
        start = range(len(self))[number]
        before = self.stage.scene.steps[:start]
        written = {(write.grid, write.position): write.cell for step in before for write in step.writes}
        return next(self._made(written, start))

    def _made(self, written: dict[At, Cell], start: int) -> Iterator[Frame]:
        last = len(self) - 1
        for number in range(start, len(self)):
            keep, show = self.stage.shown(self.stage.scene.steps[number], written)
            ms = max(self._ms, LAST_MS) if number == last else self._ms
            yield Frame(tuple(keep), (*show, *self._notes[number]), ms)


def _open_sides(
    grid: str, position: Position, marked: dict[tuple[str, Position], tuple[str, ...]]
) -> tuple[bool, bool, bool, bool]:
    """Whether above, right of, below and left of a lit cell there is none that is lit: cells that touch have one
    outline around all of them."""
    *before, last = position
    beside = [(grid, (*before, last + by)) not in marked for by in (-1, 1)]
    if not before:
        return True, beside[1], True, beside[0]
    *planes, row = before
    beyond = [(grid, (*planes, row + by, last)) not in marked for by in (-1, 1)]
    return beyond[0], beside[1], beyond[1], beside[0]


def _box(patches: dict[Position, Patch], positions: list[Position]) -> Patch:
    """The parallelogram around some cells."""
    return patches[min(positions)].spanning(patches[max(positions)])


def _links(below: Patch, above: Patch, sheet: Patch, color: str) -> Iterator[Primitive]:
    """Lines from corner to corner, as far as the sheet above does not hide them."""
    for start, end in zip(below.outline(), above.outline(), strict=True):
        stop = _entry(start, end, sheet)
        if stop > 0:
            yield Path((start, _toward(start, end, stop)), None, color)


def _toward(start: Point, end: Point, part: float) -> Point:
    """The point so far along a line."""
    return start[0] + (end[0] - start[0]) * part, start[1] + (end[1] - start[1]) * part


def _arrow(start: Point, end: Point, theme: Theme) -> Iterator[Primitive]:
    """A line with a head, and a rim around it that parts it from what lies below."""
    length = hypot(end[0] - start[0], end[1] - start[1])
    right, down = (end[0] - start[0]) / length, (end[1] - start[1]) / length
    size = min(HEAD_PX, length * HEAD_PART)
    neck = end[0] - size * right, end[1] - size * down
    half = size / 2
    head = (
        end,
        (neck[0] - half * down, neck[1] + half * right),
        (neck[0] + half * down, neck[1] - half * right),
    )
    yield Path((start, neck), None, theme.page, 6)
    yield Path(head, theme.page, theme.page, 4)
    yield Path((start, neck), None, theme.ink, 2)
    yield Path(head, theme.ink, theme.ink)


def _entry(start: Point, end: Point, sheet: Patch) -> float:
    """How far along a line, 0 to 1, it is when it comes under a sheet; 1 if it does not."""
    enter, leave = 0.0, 1.0
    corners = sheet.outline()
    for one, other in zip(corners, (*corners[1:], corners[0]), strict=True):
        # Inside is where the cross product with each side, taken around the sheet, is positive.
        side_x, side_y = other[0] - one[0], other[1] - one[1]
        at_start = side_x * (start[1] - one[1]) - side_y * (start[0] - one[0])
        at_end = side_x * (end[1] - one[1]) - side_y * (end[0] - one[0])
        if at_start < 0 and at_end < 0:
            return 1.0
        if at_start < 0 <= at_end:
            enter = max(enter, at_start / (at_start - at_end))
        elif at_end < 0 <= at_start:
            leave = min(leave, at_start / (at_start - at_end))
    return enter if enter < leave else 1.0
