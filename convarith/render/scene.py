"""A scene: what a picture shows, step by step, as plain data. Meaning only: no pixel, no colour.

Composers make scenes from windows and numbers; a drawing is made from a scene, a view and a theme. Scenes are what
tests compare.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Position = tuple[int, ...]

ROLES = (
    "input",
    "inserted",
    "padding",
    "extra",
    "overhang",
    "cropped",
    "weight",
    "entry",
    "zero",
    "to_come",
    "done",
    "level_1",
    "level_2",
    "level_3",
    "level_4",
    "convolution",
    "transposed",
    "pooling",
    "upsampling",
    "connected",
    "merge",
    "reshaping",
    "unknown",
)
"""What a cell is; exactly one of these. The first six are what can lie at a position of the padded input; ``entry``
is a weight in its place in C, ``zero`` a place without one; the levels are an output by how much of something it has,
4 the most. Those after them are the layers of a network, by what a layer does."""

LEVELS = tuple(role for role in ROLES if role.startswith("level"))

MARKS = ("tap", "winner", "now", "touched", "unread", "dropped")
"""What happens to a cell: any number of these, and a mark never hides the role."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: what it is, and the text in it."""

    role: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """A named block of cells, indexed by position; ``marks`` are those that stand in every step.

    ``origin`` is the position of the first cell and ``shape`` the number of cells along each axis; some of them may be
    missing. ``part`` is the side of its cells in parts of the others'.
    """

    name: str
    label: str
    origin: Position
    shape: tuple[int, ...]
    cells: Mapping[Position, Cell]
    marks: Mapping[Position, tuple[str, ...]] = field(default_factory=dict)
    part: float = 1


@dataclass(frozen=True, slots=True)
class Lit:
    """A mark on one cell for one step, and the few letters on a tag in its corner: the weight that lies on it, or what
    is added to it."""

    grid: str
    position: Position
    mark: str
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Write:
    """A cell that becomes another, from its step on."""

    grid: str
    position: Position
    cell: Cell


@dataclass(frozen=True, slots=True)
class Line:
    """A line from cell to cell for one step: an arrow within a grid, or a path between two of them."""

    start: tuple[str, Position]
    end: tuple[str, Position]
    arrow: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One window: what is lit for this step, what is written to stay, what is said, and the lines of this step."""

    lit: tuple[Lit, ...]
    writes: tuple[Write, ...]
    note: str
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Scene:
    """A whole picture: rows of grids, lines between grids, captions, the steps, and the alternative text.

    Each row is laid out alone, or in ``columns``: then the grids of a column stand under each other, below its word of
    ``headings``, if there are any. A link (from, to) joins the cells that are lit in one grid to the one that is in
    the other, where a view draws lines. ``names`` says what the roles and marks that occur are called in the legend.
    """

    title: str
    captions: tuple[str, ...]
    alt: str
    rows: tuple[tuple[Grid, ...], ...]
    links: tuple[tuple[str, str], ...]
    names: Mapping[str, str]
    steps: tuple[Step, ...]
    columns: bool = False
    headings: tuple[str, ...] = ()
    poster: int = 0
    """The number of the step that a still shows lit."""

    def grids(self) -> Iterator[Grid]:
        """Every grid, row by row."""
        for row in self.rows:
            yield from row

    def text(self) -> str:
        """The scene in words, for golden files: grids with roles and texts, then the steps."""
        lines = [self.title, *self.captions, self.alt]
        for grid in self.grids():
            lines.append(f"{grid.name}: {grid.label}, from {grid.origin}, shape {grid.shape}")
            for position, cell in grid.cells.items():
                marks = "".join(f" {mark}" for mark in grid.marks.get(position, ()))
                lines.append(f"  {position} {cell.role} {cell.text}{marks}".rstrip())
        for number, step in enumerate(self.steps):
            lines.append(f"step {number}: {step.note}")
            lines.extend(f"  lit {lit.grid} {lit.position} {lit.mark} {lit.tag}".rstrip() for lit in step.lit)
            lines.extend(
                f"  write {write.grid} {write.position} {write.cell.role} {write.cell.text}" for write in step.writes
            )
            lines.extend(
                f"  {'arrow' if line.arrow else 'line'} {line.start[0]} {line.start[1]} to {line.end[0]} {line.end[1]}"
                for line in step.lines
            )
        return "\n".join(lines) + "\n"

    def to_dict(self) -> dict[str, Any]:
        """The scene as plain data, as ``.json`` files hold it."""
        return {
            "title": self.title,
            "captions": list(self.captions),
            "alt_text": self.alt,
            "rows": [[_grid_dict(grid) for grid in row] for row in self.rows],
            "columns": self.columns,
            "headings": list(self.headings),
            "poster": self.poster,
            "links": [list(link) for link in self.links],
            "names": dict(self.names),
            "steps": [
                {
                    "note": step.note,
                    "lit": [
                        {"grid": lit.grid, "position": list(lit.position), "mark": lit.mark, "tag": lit.tag}
                        for lit in step.lit
                    ],
                    "writes": [
                        {
                            "grid": write.grid,
                            "position": list(write.position),
                            "role": write.cell.role,
                            "text": write.cell.text,
                        }
                        for write in step.writes
                    ],
                    "lines": [
                        {
                            "from": {"grid": line.start[0], "position": list(line.start[1])},
                            "to": {"grid": line.end[0], "position": list(line.end[1])},
                            "arrow": line.arrow,
                        }
                        for line in step.lines
                    ],
                }
                for step in self.steps
            ],
        }


def _grid_dict(grid: Grid) -> dict[str, Any]:
    return {
        "name": grid.name,
        "label": grid.label,
        "origin": list(grid.origin),
        "shape": list(grid.shape),
        "part": grid.part,
        "cells": [
            {
                "position": list(position),
                "role": cell.role,
                "text": cell.text,
                "marks": list(grid.marks.get(position, ())),
            }
            for position, cell in grid.cells.items()
        ],
    }
