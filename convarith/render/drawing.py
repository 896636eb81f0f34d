"""From a scene, a view and a theme to a drawing: paths and texts in pixels and final colours.

This is the only place that lays out a page. Everything is measured first: the widest note decides how many lines the
notes have, so nothing moves between frames and nothing runs off the edge. Painters know only the two primitives.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from convarith.errors import ShapeError
from convarith.render.lettering import baseline_below, fitted, text_width, wrapped
from convarith.render.scene import ROLES
from convarith.render.themes import BLACK, SOLID, ink_on

if TYPE_CHECKING:
    from collections.abc import Iterable

    from convarith.render.scene import Cell, Grid, Position, Scene, Step
    from convarith.render.themes import Style, Theme
    from convarith.render.views import Box, Flat, Point

MARGIN = 16
GRID_GAP = 32
LABEL_SIZE = 13
TITLE_SIZE = 15
NOTE_SIZE = 13
LEGEND_SIZE = 12
CELL_TEXT_SIZE = 16
SMALL_TEXT_SIZE = 12
LEAST_TEXT_SIZE = 9
LINE = 20
SWATCH = 14
LEAST_WIDTH = 420
"""Narrower pictures would break their sentences into many lines."""

SIDE_LIMIT_PX = 8_000

LOOP_MS = 10_000
STEP_MS = (150, 700)
LAST_MS = 1_800


@dataclass(frozen=True, slots=True)
class Path:
    """A closed outline (or, without a fill, an open line): points in pixels, colours as ``#rrggbb``."""

    points: tuple[Point, ...]
    fill: str | None = None
    stroke: str | None = None
    width: int = 1
    dash: tuple[int, ...] = SOLID


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text; y is its baseline, and ``anchor`` what x is of it: start, middle or end."""

    x: int
    y: int
    string: str
    size: int
    color: str
    anchor: str = "start"


Primitive = Path | Text


@dataclass(frozen=True, slots=True)
class Frame:
    """What a frame adds for good (``keep``), what it shows for itself, and how long it stands."""

    keep: tuple[Primitive, ...]
    show: tuple[Primitive, ...]
    ms: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture in pixels: a size, what every frame shows, and the frames."""

    width: int
    height: int
    page: str
    base: tuple[Primitive, ...]
    frames: tuple[Frame, ...]


def draw(scene: Scene, view: Flat, theme: Theme) -> Drawing:
    """The drawing of a scene."""
    grids = {grid.name: grid for grid in scene.grids()}
    row_widths = [_row_width(row, view) for row in scene.rows]
    inner = max([*row_widths, LEAST_WIDTH])
    base: list[Primitive] = []
    y = MARGIN
    for words, size in ((scene.title, TITLE_SIZE), *((caption, NOTE_SIZE) for caption in scene.captions)):
        for line in wrapped(words, size, inner):
            base.append(Text(MARGIN, y + size, line, size, BLACK))
            y += LINE + (4 if size == TITLE_SIZE else 0)
    y += 10
    corners: dict[str, Point] = {}
    for row, width in zip(scene.rows, row_widths, strict=True):
        y += _place_row(row, view, MARGIN + (inner - width) // 2, y, corners, base)
    for grid in grids.values():
        for position, cell in grid.cells.items():
            box = _moved(view.box(grid, position), corners[grid.name])
            base.extend(_cell(cell, box, theme, grid.marks.get(position, ())))
    notes = [wrapped(step.note, NOTE_SIZE, inner) for step in scene.steps]
    note_y = y + 4
    y = note_y + LINE * max(map(len, notes)) + 8
    y = _legend(scene, theme, MARGIN, y, inner, base)
    width, height = inner + 2 * MARGIN, y + MARGIN - 8
    check_pixels(width, height)
    ms = step_ms(len(scene.steps))
    frames = []
    for number, (step, note) in enumerate(zip(scene.steps, notes, strict=True)):
        keep, show = _step(step, grids, corners, view, theme)
        for index, line in enumerate(note):
            show.append(Text(MARGIN, note_y + NOTE_SIZE + LINE * index, line, NOTE_SIZE, BLACK))
        last = number == len(scene.steps) - 1
        frames.append(Frame(tuple(keep), tuple(show), max(ms, LAST_MS) if last else ms))
    return Drawing(width, height, theme.page, tuple(base), tuple(frames))


def check_pixels(width: int, height: int) -> None:
    """Refuse a picture that no page holds, before it is painted.

    Raises:
        ShapeError: a side is longer than `SIDE_LIMIT_PX`.
    """
    if max(width, height) > SIDE_LIMIT_PX:
        raise ShapeError(
            f"the picture would have {width}x{height} pixels, more than the limit of {SIDE_LIMIT_PX} on a side; "
            f"make the input, the padding or the dilation smaller",
            width=width,
            height=height,
            limit=SIDE_LIMIT_PX,
        )


def step_ms(steps: int) -> int:
    """How long a step stands, in milliseconds: a loop of about 10 s, within bounds, in whole hundredths of a second."""
    return min(max(round(LOOP_MS / steps / 10) * 10, STEP_MS[0]), STEP_MS[1])


# Layout


def _row_width(row: tuple[Grid, ...], view: Flat) -> int:
    return sum(_column_width(grid, view) for grid in row) + GRID_GAP * (len(row) - 1)


def _column_width(grid: Grid, view: Flat) -> int:
    """A grid is as wide as its cells or, where it is small, as its label."""
    return max(view.size(grid)[0], _label_width(grid, view))


def _label_lines(grid: Grid, view: Flat) -> list[str]:
    """The label, broken at its commas where it is wider than its grid."""
    width = view.size(grid)[0]
    if text_width(grid.label, LABEL_SIZE) <= width:
        return [grid.label]
    parts = grid.label.split(", ")
    lines = [f"{part}," for part in parts[:-1]] + parts[-1:]
    joined = [lines[0]]
    for part in lines[1:]:
        longer = f"{joined[-1]} {part}"
        if text_width(longer, LABEL_SIZE) <= width:
            joined[-1] = longer
        else:
            joined.append(part)
    return joined


def _label_width(grid: Grid, view: Flat) -> int:
    return max(text_width(line, LABEL_SIZE) for line in _label_lines(grid, view))


def _place_row(
    row: tuple[Grid, ...], view: Flat, x: int, y: int, corners: dict[str, Point], base: list[Primitive]
) -> int:
    """Put a row of grids beside each other, centred on one height, each under its label; the height it takes."""
    labels = [_label_lines(grid, view) for grid in row]
    tallest = max(view.size(grid)[1] for grid in row)
    # A label of several lines above a small grid needs no room above the tall ones.
    label_height = max(
        18 * len(lines) - (tallest - view.size(grid)[1]) // 2 for grid, lines in zip(row, labels, strict=True)
    )
    for grid, lines in zip(row, labels, strict=True):
        column, (width, height) = _column_width(grid, view), view.size(grid)
        top = y + label_height + (tallest - height) // 2
        corners[grid.name] = (x + (column - width) // 2, top)
        for number, line in enumerate(lines):
            baseline = top - 8 - 17 * (len(lines) - 1 - number)
            base.append(Text(x + column // 2, baseline, line, LABEL_SIZE, BLACK, "middle"))
        x += column + GRID_GAP
    return label_height + tallest + 12


def _legend(scene: Scene, theme: Theme, left: int, y: int, width: int, base: list[Primitive]) -> int:
    """The roles and marks that occur, each with a swatch and its name; the height below it."""
    x, y = left, y
    for roles, marks, words in _legend_entries(scene):
        swatches = len(roles) * (SWATCH + 3) + 3
        needed = swatches + text_width(words, LEGEND_SIZE)
        if x > left and x + needed > left + width:
            x, y = left, y + LINE
        for number, role in enumerate(roles):
            corner = x + number * (SWATCH + 3)
            cell = (corner, y, corner + SWATCH, y + SWATCH)
            base.extend(_cell_shapes(theme.roles[role], cell, lit="tap" in marks or "now" in marks))
            base.extend(_mark_shapes(marks, cell, theme))
        baseline = baseline_below(y + SWATCH // 2, LEGEND_SIZE)
        base.append(Text(x + swatches, baseline, words, LEGEND_SIZE, BLACK))
        x += needed + 18
    return y + LINE


def _legend_entries(scene: Scene) -> Iterable[tuple[tuple[str, ...], tuple[str, ...], str]]:
    """(roles, marks, words) of each entry, in the order of the scene's names: a swatch for every role it occurs on."""
    grids = {grid.name: grid for grid in scene.grids()}
    roles = {cell.role for grid in grids.values() for cell in grid.cells.values()}
    under: dict[str, set[str]] = {}
    for grid in grids.values():
        for position, standing in grid.marks.items():
            for mark in standing:
                under.setdefault(mark, set()).add(grid.cells[position].role)
    for step in scene.steps:
        written = {(write.grid, write.position): write.cell.role for write in step.writes}
        for lit in step.lit:
            role = written.get((lit.grid, lit.position), grids[lit.grid].cells[lit.position].role)
            under.setdefault(lit.mark, set()).add(role)
    for name, words in scene.names.items():
        if name in roles:
            yield (name,), (), words
        elif name in under:
            marks = ("tap", "winner") if name == "winner" else (name,)
            yield tuple(role for role in ROLES if role in under[name]), marks, words


# Cells


def _step(
    step: Step, grids: dict[str, Grid], corners: dict[str, Point], view: Flat, theme: Theme
) -> tuple[list[Primitive], list[Primitive]]:
    """What a step keeps and what it shows."""

    def box(grid: str, position: Position) -> Box:
        return _moved(view.box(grids[grid], position), corners[grid])

    keep: list[Primitive] = []
    written = {}
    for write in step.writes:
        written[write.grid, write.position] = write.cell
        keep.extend(_cell(write.cell, box(write.grid, write.position), theme, ()))
    marks: dict[tuple[str, Position], tuple[str, ...]] = {}
    for lit in step.lit:
        marks[lit.grid, lit.position] = (*marks.get((lit.grid, lit.position), ()), lit.mark)
    show: list[Primitive] = []
    for (name, position), lit_marks in marks.items():
        grid = grids[name]
        cell = written.get((name, position), grid.cells[position])
        show.extend(_cell(cell, box(name, position), theme, (*grid.marks.get(position, ()), *lit_marks)))
    return keep, show


def _cell(cell: Cell, box: Box, theme: Theme, marks: tuple[str, ...]) -> list[Primitive]:
    """One cell: its role, its marks, and its text on top of both."""
    style = theme.roles[cell.role]
    lit = "tap" in marks or "now" in marks
    shapes = [*_cell_shapes(style, box, lit=lit), *_mark_shapes(marks, box, theme)]
    if cell.text:
        left, top, right, bottom = box
        fill = style.lit if lit else style.fill
        largest = SMALL_TEXT_SIZE if style.small else CELL_TEXT_SIZE
        size = fitted(cell.text, largest, right - left - 6, LEAST_TEXT_SIZE)
        middle = (left + right + 1) // 2
        baseline = baseline_below((top + bottom) // 2, size)
        if "unread" in marks or style.texture == "cross":  # lines must not run through the digits
            reach = text_width(cell.text, size) // 2 + 2
            halo = (middle - reach, baseline - size + 1, middle + reach, baseline + 3)
            shapes.append(Path(_inset(halo, 0)[:4], fill))
        shapes.append(Text(middle, baseline, cell.text, size, ink_on(fill), "middle"))
    return shapes


def _cell_shapes(style: Style, box: Box, *, lit: bool) -> list[Primitive]:
    left, top, right, bottom = box
    corners = ((left, top), (right, top), (right, bottom), (left, bottom))
    shapes: list[Primitive] = [Path(corners, style.lit if lit else style.fill, style.stroke, 1, style.dash)]
    if style.texture == "corner":
        reach = (right - left) // 3
        shapes.append(Path(((right - reach, top), (right, top), (right, top + reach)), style.stroke, style.stroke))
    elif style.texture == "cross":
        shapes.append(Path(((left, top), (right, bottom)), None, style.stroke))
        shapes.append(Path(((left, bottom), (right, top)), None, style.stroke))
    return shapes


def _mark_shapes(marks: tuple[str, ...], box: Box, theme: Theme) -> list[Primitive]:
    shapes: list[Primitive] = []
    if "unread" in marks:
        shapes += _hatching(box, theme.hatch)
    if "winner" in marks:
        shapes.append(Path(_inset(box, 4), None, theme.winner, 2))
    if "tap" in marks or "now" in marks:
        shapes.append(Path(_inset(box, 1), None, theme.window, 2))
    return shapes


def _inset(box: Box, by: int) -> tuple[Point, ...]:
    """A closed line inside a box."""
    left, top, right, bottom = box[0] + by, box[1] + by, box[2] - by, box[3] - by
    return (left, top), (right, top), (right, bottom), (left, bottom), (left, top)


def _hatching(box: Box, color: str) -> list[Primitive]:
    """Diagonal lines over a box, from its left and bottom borders to its top and right ones."""
    left, top, right, _ = box
    side = right - left
    lines: list[Primitive] = []
    for offset in range(side % 7 // 2 + 3, 2 * side, 7):
        start = (left + max(0, offset - side), top + min(offset, side))
        end = (left + min(offset, side), top + max(0, offset - side))
        lines.append(Path((start, end), None, color))
    return lines


def _moved(box: Box, by: Point) -> Box:
    return box[0] + by[0], box[1] + by[1], box[2] + by[0], box[3] + by[1]
