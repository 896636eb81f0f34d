"""From a scene, a view and a theme to a drawing: the only place that lays out a page.

The widest note decides how many lines the notes have, so nothing moves between frames and nothing runs off the edge.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from convarith.render.arrangement import (
    GRID_GAP,
    LABEL_GAP,
    LABEL_LINE,
    MARGIN,
    README_PX,
    TEXT_SIZE,
    arranged,
    check_pixels,
    has_letters,
)
from convarith.render.cells import NO_LETTERS, OUTLINED_PX, cell_shapes
from convarith.render.drawing import Path, Text
from convarith.render.lettering import baseline_below, text_width
from convarith.render.pages import LINE, SWATCH, TITLE_SIZE, Page, legend, note_lines, sentences, step_ms
from convarith.render.scene import ROLES, Cell
from convarith.render.stepping import Frames, Stage
from convarith.render.views import Flat, Patch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from convarith.render.arrangement import Arrangement
    from convarith.render.drawing import Point, Primitive
    from convarith.render.scene import Grid, Position, Scene
    from convarith.render.themes import Style, Theme
    from convarith.render.views import View

LEAST_WIDTH = 480
"""Narrower pictures would break their sentences into many lines."""

TAGS_LEFT_OUT = "The small weights on the cells are left out: the cells are too small for both; give a larger width."

SENTENCES_PX = 740
"""A small picture is made as wide as its title, formulas and sums, up to this."""


@dataclass(frozen=True, slots=True)
class GridPage(Page):
    """The page of a scene of grids."""

    arrangement: Arrangement


def lay_out(
    scene: Scene,
    view: type[View],
    theme: Theme,
    *,
    width: int | None = None,
    frame_ms: int | None = None,
    caption: bool = True,
) -> GridPage:
    """The page of a scene.

    Args:
        scene: what is shown.
        view: where cells lie.
        theme: how roles look.
        width: of the whole picture in pixels; what a README shows, at most, if not given.
        frame_ms: how long a step stands; by the number of steps if not given.
        caption: whether there are title, formulas, sums and legend, or the grids and their labels alone.

    Raises:
        ShapeError: the grids do not fit into the width, or no page holds them.
    """
    inner = (width or README_PX) - 2 * MARGIN
    arrangement = arranged(scene, view, None if width is None else inner)
    words = [(scene.title, TITLE_SIZE), *((line, TEXT_SIZE) for line in scene.captions)] if caption else []
    said = [step.note.split("\n") if caption else [] for step in scene.steps]
    if width is None:  # rather a little wider than a broken formula
        lines = [*words, *((line, TEXT_SIZE) for note in said for line in note)]
        widest = max((text_width(line, size) for line, size in lines), default=0)
        inner = max(arrangement.width, min(widest, SENTENCES_PX), LEAST_WIDTH if caption else 0)
    check_pixels(inner, arrangement.height)
    head, head_px = sentences(words, theme, inner)
    corners, labels, y = _grids(arrangement, theme, inner, head_px)
    patches, cells = _cells(arrangement, corners, theme)
    notes = [note_lines(note, theme, inner, y + TEXT_SIZE + 2) for note in said]
    foot, foot_px = _legend(scene, arrangement, theme, inner) if caption else ([], 8)
    return GridPage(
        title=scene.title,
        alt=scene.alt,
        ground=theme.page,
        width=inner + 2 * MARGIN,
        head=tuple(head),
        head_px=head_px,
        body=(*labels, *cells),
        body_px=y - head_px + (LINE * max(map(len, notes)) + 14 if caption else MARGIN // 2),
        foot=tuple(foot),
        foot_px=foot_px + MARGIN - 8,
        frames=Frames(Stage(scene, arrangement, theme, corners, patches), notes, frame_ms or step_ms(len(scene.steps))),
        poster=scene.poster,
        smooth=arrangement.view.oblique or any(step.lines for step in scene.steps),
        sharp=False,
        notes=_left_out(scene, arrangement),
        arrangement=arrangement,
    )


def _left_out(scene: Scene, arrangement: Arrangement) -> tuple[str, ...]:
    """What was left out, in sentences."""
    letters, oblique = arrangement.letters, arrangement.view.oblique
    if not has_letters(scene):
        return ()
    if letters.numbers:
        tagged = any(lit.tag for step in scene.steps for lit in step.lit)
        return (TAGS_LEFT_OUT,) if tagged and not letters.tags and not oblique else ()
    cell_px = arrangement.view.cell_px
    return (
        f"What stands in cells is left out: {cell_px} pixels are too small for it; "
        f"give a larger width, or make the input smaller.",
    )


def _cells(
    arrangement: Arrangement, corners: dict[str, Point], theme: Theme
) -> tuple[dict[str, dict[Position, Patch]], list[Primitive]]:
    """Where each cell lies on the page, and how it looks before the first step."""
    patches = {}
    shapes: list[Primitive] = []
    for grid in arrangement.grids():
        places = {position: arrangement.view.cell(grid, position).moved(*corners[grid.name]) for position in grid.cells}
        patches[grid.name] = places
        # Where cells share an edge, a solid outline wins over a dashed one, and that over a dotted one.
        for position, cell in sorted(grid.cells.items(), key=lambda at: _firmness(theme.roles[at[1].role])):
            shapes += cell_shapes(cell, places[position], theme, arrangement.letters, grid.marks.get(position, ()))
        if arrangement.view.side(grid) < OUTLINED_PX:
            planes = grid.shape[0] if len(grid.shape) > 2 else 1
            for plane in range(planes):
                corners_of = arrangement.view.plane(grid, plane).moved(*corners[grid.name]).outline()
                shapes.append(Path((*corners_of, corners_of[0]), None, theme.ink))
    return patches, shapes


def _firmness(style: Style) -> int:
    """How much of an outline is drawn, in percent."""
    return 100 * style.dash[0] // sum(style.dash) if style.dash else 100


def _grids(arrangement: Arrangement, theme: Theme, inner: int, y: int) -> tuple[dict[str, Point], list[Primitive], int]:
    """The corner of each grid, the labels, and the height below them all."""
    corners: dict[str, Point] = {}
    y += LABEL_GAP if arrangement.has_labels_beside else 0
    view, aligned = arrangement.view, arrangement.is_aligned
    words = list(_headings(arrangement, inner, y))
    if words:
        y += LABEL_LINE * max(map(len, arrangement.heading_lines)) + LABEL_GAP
    for row in arrangement.rows:
        above, below = arrangement.label_px(row), arrangement.label_px(row, below=True)
        tallest = arrangement.tallest(row)
        x = _row_start(arrangement, row, inner)
        for grid, column in zip(row, arrangement.widths(row), strict=True):
            width, height = view.size(grid)
            left, top = x if aligned else x + (column - width) // 2, y + above + (tallest - height) // 2
            corners[grid.name] = (left, top)
            lines = arrangement.label(grid)
            if arrangement.has_labels_beside:
                first = top + height // 2 - LABEL_LINE * (len(lines) - 1) // 2
                start = MARGIN + (inner - arrangement.width) // 2
                words += [
                    (start, baseline_below(first + LABEL_LINE * n, TEXT_SIZE), line) for n, line in enumerate(lines)
                ]
                continue
            under = grid.name in arrangement.below
            first = top + height + TEXT_SIZE + 4 if under else top - LABEL_GAP - LABEL_LINE * (len(lines) - 1)
            middle = left if aligned else x + column / 2
            words += [(middle, first + LABEL_LINE * number, line) for number, line in enumerate(lines)]
            words += [(left + right, top + down, said) for (right, down), said in view.plane_labels(grid)]
            x += column + GRID_GAP
        y += above + tallest + below + arrangement.row_gap
    anchor = "start" if aligned or arrangement.has_labels_beside else "middle"
    shapes: list[Primitive] = [
        Text(round(x), round(baseline), line, TEXT_SIZE, theme.ink, theme.page, anchor) for x, baseline, line in words
    ]
    return corners, shapes, y - arrangement.row_gap + 8


def _headings(arrangement: Arrangement, inner: int, y: int) -> Iterator[tuple[float, float, str]]:
    """Middle, baseline and words of each line above a column."""
    headings = arrangement.heading_lines
    if not headings:
        return
    x = MARGIN + (inner - arrangement.row_width(arrangement.rows[0])) // 2
    for lines, width in zip(headings, arrangement.widths(arrangement.rows[0]), strict=True):
        for number, line in enumerate(lines):
            yield x + width / 2, y + TEXT_SIZE + LABEL_LINE * number, line
        x += width + GRID_GAP


def _row_start(arrangement: Arrangement, row: tuple[Grid, ...], inner: int) -> int:
    """Where a row begins: in the middle of the page, as a rule."""
    if arrangement.is_aligned:
        return MARGIN + (inner - arrangement.width) // 2 + arrangement.shift(row[0])
    if arrangement.below and not arrangement.columns:  # what lines lead to stands over where they begin
        return MARGIN + min((inner - arrangement.column_width(row[0])) // 2, inner - arrangement.row_width(row))
    labels = arrangement.labels_width
    return MARGIN + labels + (inner - labels - arrangement.row_width(row)) // 2


def _legend(scene: Scene, arrangement: Arrangement, theme: Theme, width: int) -> tuple[list[Primitive], int]:
    """The roles and marks that occur, each with a swatch and its name, and the height they take."""

    def swatches(roles: tuple[str, ...], marks: tuple[str, ...]) -> list[Primitive]:
        shapes: list[Primitive] = []
        for number, role in enumerate(roles):
            patch = Patch((number * (SWATCH + 4), 0), *Flat(SWATCH).vectors())
            shapes += cell_shapes(Cell(role), patch, theme, NO_LETTERS, marks)
        return shapes

    entries = _legend_entries(scene, arrangement)
    return legend(
        [(swatches(roles, marks), len(roles) * (SWATCH + 4) + 4, words) for roles, marks, words in entries],
        theme,
        width,
    )


def _legend_entries(scene: Scene, arrangement: Arrangement) -> Iterator[tuple[tuple[str, ...], tuple[str, ...], str]]:
    """(roles, marks, words) of each entry, in the order of the scene's names: a swatch for every role it occurs on."""
    grids = {grid.name: grid for grid in arrangement.grids()}
    now = {(name, position): cell.role for name, grid in grids.items() for position, cell in grid.cells.items()}
    roles = set(now.values())
    under: dict[str, set[str]] = {}
    for grid in grids.values():
        for position, standing in grid.marks.items():
            for mark in standing:
                under.setdefault(mark, set()).add(now[grid.name, position])
    for step in scene.steps:
        for write in step.writes:
            now[write.grid, write.position] = write.cell.role
            roles.add(write.cell.role)
        for lit in step.lit:
            under.setdefault(lit.mark, set()).add(now[lit.grid, lit.position])
            if lit.tag and arrangement.letters.tags:
                roles.add("weight")
    for name, words in scene.names.items():
        if name in roles:
            yield (name,), (), words
        elif name in under:
            marks = ("tap", "winner") if name == "winner" else (name,)
            yield tuple(role for role in ROLES if role in under[name]), marks, words
