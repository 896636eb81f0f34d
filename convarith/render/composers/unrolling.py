"""The matrix C in step with the window: one row per output, one column per input.

Above C lies the input as one row, right of it the output as one column, so that each row times the input is an output.
Of a transposed convolution it is Cᵀ, whose rows are the columns of C.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

from convarith.render.composers.limits import check_cells
from convarith.render.composers.sliding import slid_scene
from convarith.render.scene import Cell, Grid, Lit, Step, Write

if TYPE_CHECKING:
    from convarith.arithmetic.explanation import Explanation
    from convarith.render.composers.sliding import Work
    from convarith.render.scene import Position, Scene

ABOVE = 2
"""So many rows above the first of C stands the unrolled input, so many columns right of the last the output."""

LEGIBLE = (22, 24)
"""Rows and columns, vectors included, up to which every entry has its letters; beyond, C is a spy plot as large."""


def unrolled_scene(explanation: Explanation, work: Work) -> Scene:
    """The scene of a layer's windows with the row of C that each of them is.

    Args:
        explanation: of a convolution or a transposed one.
        work: what happens at each window.

    Raises:
        ShapeError: C has too many entries to look at.
    """
    rows, columns = work.windows.matrix_shape
    check_cells(f"the {rows}x{columns} matrix", rows * columns)
    scene = slid_scene(explanation, work)
    name = "Cᵀ" if explanation.layer.kind == "transposed convolution" else "C"
    matrix = _matrix_grid(work, name)
    steps = tuple(_with_row(step, number, matrix, name) for number, step in enumerate(scene.steps))
    first = tuple(scene.grids())
    tall = matrix.shape[0] * matrix.part > matrix.shape[1] * matrix.part and len(work.windows.axes) > 1
    words = f"matrix {name} {rows}×{columns}"
    return replace(
        scene,
        title=f"{scene.title}, as the {words}",
        alt=f"{scene.alt} Beside it stands the {words}: the row that is lit, times the unrolled input, is the output.",
        rows=((*first, matrix),) if tall else (first, (matrix,)),
        names={
            **scene.names,
            "tap": f"window, row of {name}",
            "entry": f"entry of {name}",
            "zero": f"zero of {name}",
            "now": "output",
        },
        steps=steps,
    )


def _matrix_grid(work: Work, name: str) -> Grid:
    """C with the unrolled input above it and the unrolled output right of it."""
    windows, contents = work.windows, work.contents
    rows, columns = windows.matrix_shape
    shape = rows + ABOVE, columns + ABOVE
    part = min(1.0, *(most / size for most, size in zip(LEGIBLE, shape, strict=True)))
    legible = part == 1
    inputs = product(*(range(size) for size in windows.input_shape))
    weights = list(product(*(range(size) for size in windows.kernel_size)))
    cells: dict[Position, Cell] = {
        (-ABOVE, column): Cell("input", contents.input(at) * legible) for column, at in enumerate(inputs)
    }
    cells |= dict.fromkeys(product(range(rows), range(columns)), Cell("zero"))
    for row, column, tap in windows.entries():
        cells[row, column] = Cell("entry", contents.weight(weights[tap]) * legible)
    cells |= {(row, columns + ABOVE - 1): Cell("to_come") for row in range(rows)}
    label = f"{name} {rows}×{columns}, below the unrolled input, left of the unrolled output"
    return Grid("matrix", label, (-ABOVE, 0), shape, cells, part=part)


def _with_row(step: Step, row: int, matrix: Grid, name: str) -> Step:
    """A step of the windows with its row of the matrix, the inputs that the row takes, and the output it gives."""
    columns = matrix.shape[1] - ABOVE
    taken: list[Position] = [(row, column) for column in range(columns)]
    taken += [(-ABOVE, column) for column in range(columns) if matrix.cells[row, column].role == "entry"]
    output = row, columns + ABOVE - 1
    text = step.writes[0].cell.text if matrix.part == 1 else ""
    return Step(
        (*step.lit, *(Lit("matrix", at, "tap") for at in taken), Lit("matrix", output, "now")),
        (*step.writes, Write("matrix", output, Cell("done", text))),
        f"row {row} of {name}: {step.note}",
    )
