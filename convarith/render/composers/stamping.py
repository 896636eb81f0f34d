"""A transposed convolution as stamps, and beside the convolution that it transposes.

Each input adds its scaled kernel into the output, and overlaps add up. Read from the windows of the transpose, that is
the direct convolution's window, written to where that reads.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from math import prod
from typing import TYPE_CHECKING, Any

from convarith.render.composers.numbers import CELL_CHARACTERS, cell_text, factor_text, is_exact, number_text
from convarith.render.composers.readings import Reading, weighted_sum
from convarith.render.composers.sliding import input_grid, kernel_grid, output_grid, window_lit
from convarith.render.composers.words import (
    NAMES,
    alternative_text,
    captions,
    counted,
    in_turn,
    index_text,
    reached_text,
    shape_label,
    title,
)
from convarith.render.scene import Cell, Grid, Lit, Scene, Step, Write

if TYPE_CHECKING:
    from convarith.arithmetic.explanation import Explanation
    from convarith.arithmetic.windows import Windows
    from convarith.render.composers.contents import Blank
    from convarith.render.scene import Position

STAMP_NAMES = {
    "input": "input",
    "cropped": "cut away",
    "now": "input of this stamp",
    "tap": "its stamp",
    "weight": "what is added",
    "unread": "no stamp reaches it",
}


class Stamps:
    """The stamps of a transposed convolution, from the windows of the direct one.

    ``direct`` reads what the transposed one writes: an output of it is an input here, and its positions are those of
    the output, padding being what is cut away.
    """

    def __init__(self, direct: Windows, contents: Blank, numbers: tuple[Any, Any] | None) -> None:
        self.direct = direct
        self.contents = contents
        self.numbers = numbers

    def cell(self, position: Position) -> Position | None:
        """The index of the output at a position, or None where it is cut away."""
        cell = [axis.cell(at) for axis, at in zip(self.direct.axes, position, strict=True)]
        return None if None in cell else tuple(at for at in cell if at is not None)

    def output_grid(self, name: str) -> Grid:
        """The output with what is cut away around it; what no stamp reaches is marked."""
        reads = [{at: axis.reads(at) for at in axis.shown} for axis in self.direct.axes]
        zero = "0" if self.numbers else ""
        cells, marks = {}, {}
        for position in product(*reads):
            if self.cell(position) is None:
                cells[position] = Cell("cropped")
                continue
            cells[position] = Cell("to_come", zero)
            if not all(read[at] for read, at in zip(reads, position, strict=True)):
                marks[position] = ("unread",)
        shape = tuple(len(axis.shown) for axis in self.direct.axes)
        label = f"output {shape_label(self.direct.input_shape)}"
        if shape != self.direct.input_shape:
            label += f", cut from {shape_label(shape)}"
        return Grid(name, label, tuple(axis.shown.start for axis in self.direct.axes), shape, cells, marks)

    def steps(self, from_grid: str, to_grid: str, role: str) -> Iterator[Step]:
        """One step for each input: its cell, where its kernel goes, what is there afterwards, and what is said."""
        sums: dict[Position, Any] = {}
        for source in self.direct.outputs():
            lit, writes, overlaps = [Lit(from_grid, source, "now")], [], []
            for weight, position in self.direct.taps(source):
                cell = self.cell(position)
                text, tag = "", self.contents.weight(weight)
                if self.numbers:
                    x, w = self.numbers
                    added = x[source].item() * w[weight].item()  # in Python's numbers, which do not overflow
                    tag = f"+{cell_text(added)}" if added >= 0 else cell_text(added)
                    if cell is not None:
                        if sums.get(cell) and added and len(cell_text(sums[cell]) + tag) <= CELL_CHARACTERS:
                            tag = cell_text(sums[cell]) + tag  # 3+3, in the cell that becomes 6
                        if cell in sums and sums[cell] and added:
                            total = sums[cell] + added
                            sign = "=" if all(map(is_exact, (sums[cell], added, total))) else "≈"
                            words = f"{number_text(sums[cell])} + {factor_text(added)}"
                            overlaps.append(f"{index_text(cell)}: {words} {sign} {number_text(total)}")
                        sums[cell] = sums.get(cell, 0) + added
                        text = cell_text(sums[cell])
                elif cell is not None:
                    text = self.contents.output(cell)
                lit.append(Lit(to_grid, position, "tap", tag))
                if cell is not None:
                    writes.append(Write(to_grid, position, Cell(role, text)))
            yield Step(tuple(lit), tuple(writes), self._note(source, overlaps))

    def _note(self, source: Position, overlaps: list[str]) -> str:
        text = self.contents.input(source)
        if not text:
            return f"input {index_text(source)}"
        if self.numbers is None:
            return f"{text} times the kernel is added into the output"
        note = f"input {index_text(source)} = {text}: {text} times the kernel is added"
        return f"{note}, at {overlaps[-1]}" if overlaps else note


def stamped_scene(explanation: Explanation, direct: Windows, contents: Blank, numbers: tuple[Any, Any] | None) -> Scene:
    """The scene of a transposed convolution's stamps.

    Args:
        explanation: of the transposed convolution.
        direct: the windows of the convolution that it transposes.
        contents: what stands in cells.
        numbers: the input and the kernel, if cells hold numbers.
    """
    stamps = Stamps(direct, contents, numbers)
    row = (
        _plain_grid("input", "input", direct.output_shape, contents),
        kernel_grid(direct, contents),
        stamps.output_grid("output"),
    )
    steps = tuple(stamps.steps("input", "output", "done"))
    how = (
        f"It is shown as {in_turn(len(steps), 'stamp')}: each input adds the kernel times its "
        f"value into the output, and where stamps overlap they add up."
    )
    return Scene(
        title=title(explanation.layer, "transposed convolution as stamps"),
        poster=len(steps) - 1,  # before it, not all sums are done
        captions=captions(explanation),
        alt=alternative_text(explanation, "transposed convolution", how, reached_text(direct)),
        rows=tuple((grid,) for grid in row) if direct.ndim == 1 else (row,),
        links=(("output", "input"),),
        names=STAMP_NAMES,
        steps=steps,
    )


def paired_scene(
    explanation: Explanation, reading: Reading, contents: Blank, transposed: Blank, numbers: tuple[Any, Any] | None
) -> Scene:
    """A convolution and its transpose side by side, in step: what a window gathers there is where its stamp goes here.

    The large side is blue and the small one yellow in both, so that the colours of input and output are exchanged.

    Args:
        explanation: of the layer that was asked about.
        reading: the windows of the direct convolution, and what they read.
        contents: what stands in the cells of the direct convolution.
        transposed: what stands in those of the transposed one.
        numbers: the input of the transposed convolution and the kernel, if cells hold numbers.
    """
    direct = reading.windows
    stamps = Stamps(direct, transposed, numbers)
    words = weighted_sum(reading, contents)
    steps = []
    for output, stamp in zip(direct.outputs(), stamps.steps("small", "large", "input"), strict=True):
        window = (*window_lit(direct, output, contents, grid="input"), Lit("output", output, "now"))
        write = Write("output", output, Cell("done", contents.output(output)))
        note = f"convolution: {contents.note(output, words(output))}\ntransposed: {stamp.note}"
        steps.append(Step((*window, *stamp.lit), (write, *stamp.writes), note))
    gathered = input_grid(reading, contents, contents.zero), output_grid(direct)
    small = _plain_grid("small", "input", direct.output_shape, transposed, role="done")
    scattered = stamps.output_grid("large"), small
    rows: tuple[tuple[Grid, ...], ...] = tuple(zip(gathered, scattered, strict=True))
    headings = "convolution: windows gather", "transposed: stamps scatter"
    wide = direct.ndim == 1
    if wide:  # under each other
        rows = tuple(
            (replace(grid, label=f"{heading}: {grid.label}" if grid is pair[0] else grid.label),)
            for pair, heading in ((gathered, "convolution"), (scattered, "transposed"))
            for grid in pair
        )
    other = "its transpose" if explanation.layer.kind == "convolution" else "the convolution it transposes"
    how = (
        f"A convolution and its transpose stand side by side, in {counted(prod(direct.output_shape), 'step')}: where "
        f"the convolution's window gathers inputs into one output, the transposed one stamps one input into outputs. "
        f"The colours of input and output are exchanged between the two."
    )
    return Scene(
        title=title(explanation.layer, f"{explanation.layer.kind} beside {other}"),
        poster=len(steps) - 1,
        captions=captions(explanation),
        alt=alternative_text(explanation, explanation.layer.kind, how, reached_text(direct)),
        rows=rows,
        links=(("input", "output"), ("large", "small")),
        names={
            **NAMES,
            "input": "large grid",
            "done": "small grid",
            "cropped": "cut away",
            "tap": "window, stamp",
            "weight": "weights, what is added",
            "now": "its cell",
        },
        steps=tuple(steps),
        columns=not wide,
        headings=() if wide else headings,
    )


def _plain_grid(name: str, word: str, shape: tuple[int, ...], contents: Blank, role: str = "input") -> Grid:
    """A grid without padding, with all its letters from the start."""
    cells = {index: Cell(role, contents.input(index)) for index in product(*(range(size) for size in shape))}
    return Grid(name, f"{word} {shape_label(shape)}", (0,) * len(shape), shape, cells)
