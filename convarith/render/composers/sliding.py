"""One window after another: a convolution, a pooling, or a transposed convolution as its equivalent.

The scene is the padded, stretched input with the current window lit, the kernel as it lies there, and the output
filling up.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from math import prod
from typing import TYPE_CHECKING

from convarith.render.composers.contents import Blank
from convarith.render.composers.words import (
    NAMES,
    alternative_text,
    captions,
    in_turn,
    input_label,
    shape_label,
    title,
)
from convarith.render.scene import Cell, Grid, Lit, Scene, Step, Write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from convarith.arithmetic.explanation import Explanation
    from convarith.arithmetic.windows import Windows
    from convarith.render.composers.readings import Reading
    from convarith.render.scene import Position


@dataclass(frozen=True, slots=True)
class Work:
    """What a layer does at each of its windows: what stands in cells, and what is said of it."""

    kind: str
    """What the layer is called, in title and words."""
    reading: Reading
    """The windows, and what they read."""
    contents: Blank
    """What stands in cells."""
    words: Callable[[Position], str]
    """What a window comes to, written out."""
    kernel: bool
    """Whether there are weights to show."""
    names: Mapping[str, str]
    """What differs from the usual names in the legend."""
    zero: str
    """What stands in padding that holds no input."""
    winner: Callable[[Position], Position | None] | None = None
    """Output -> the position that is marked as its maximum."""
    said: str = ""
    """What the layer does not say of itself: which padding it has."""

    @property
    def windows(self) -> Windows:
        return self.reading.windows

    def note(self, output: Position) -> str:
        """What is said of one window."""
        return self.contents.note(output, self.words(output))

    def lit(self, output: Position) -> Iterator[Lit]:
        """The taps of a window, each with its weight as a tag, and the cell that wins."""
        return window_lit(self.windows, output, self.contents if self.kernel else Blank(), self.winner)

    def input_grids(self) -> Iterator[Grid]:
        """The input, and the kernel where there is one."""
        yield input_grid(self.reading, self.contents, self.zero)
        if self.kernel:
            yield kernel_grid(self.windows, self.contents)


def slid_scene(explanation: Explanation, work: Work) -> Scene:
    """The scene of a layer's windows.

    Args:
        explanation: for title, captions and words.
        work: what happens at each window.
    """
    windows, said = work.windows, work.said
    row = [*work.input_grids(), output_grid(windows)]
    steps = tuple(
        Step(
            (*work.lit(output), Lit("output", output, "now")),
            (Write("output", output, Cell("done", work.contents.output(output))),),
            work.note(output),
        )
        for output in windows.outputs()
    )
    return Scene(
        title=title(explanation.layer, work.kind) + (f", {said}" if said else ""),
        captions=captions(explanation),
        alt=alternative_text(explanation, work.kind, how_text(windows) + (f" It has {said}." if said else "")),
        rows=tuple((grid,) for grid in row) if windows.ndim == 1 else (tuple(row),),
        links=(("input", "output"),),
        names={**NAMES, **work.names},
        steps=steps,
        poster=middle_step(windows),
    )


def middle_step(windows: Windows) -> int:
    """The number of the window in the middle of every axis."""
    number = 0
    for count in windows.output_shape:
        number = number * count + (count - 1) // 2
    return number


def how_text(windows: Windows) -> str:
    """What is seen happening, in words."""
    windows_counted = in_turn(prod(windows.output_shape), "place")
    if any(axis.flipped for axis in windows.axes):
        return (
            f"It is shown as the equivalent direct convolution, {windows_counted}: the {input_label(windows)}, the "
            f"kernel rotated by 180°."
        )
    if prod(windows.output_shape) == 1:
        return "The window stands at 1 place, and writes the only cell of the output."
    return f"The window stands at {windows_counted}, and at each it writes one cell of the output."


def window_lit(
    windows: Windows,
    output: Position,
    tags: Blank,
    winner: Callable[[Position], Position | None] | None = None,
    grid: str = "input",
) -> Iterator[Lit]:
    """The taps of a window, each with its weight as a tag, and the cell that wins."""
    for weight, position in windows.taps(output):
        yield Lit(grid, position, "tap", tags.weight(weight))
    best = winner(output) if winner else None
    if best is not None:
        yield Lit(grid, best, "winner")


def input_grid(reading: Reading, contents: Blank, zero: str, name: str = "input") -> Grid:
    """The padded, stretched input, with what no window reads marked, and what negative padding crops."""
    windows = reading.windows
    reads = [{at: axis.reads(at) for at in axis.shown} for axis in windows.axes]
    cells, marks = {}, {}
    for position in product(*reads):
        role = windows.kind(position)
        cells[position] = Cell(role, "" if role == "overhang" else _content(reading, position, contents, zero))
        if role not in ("overhang", "cropped") and not all(read[at] for read, at in zip(reads, position, strict=True)):
            marks[position] = ("unread",)
    origin = tuple(axis.shown.start for axis in windows.axes)
    return Grid(name, input_label(windows), origin, tuple(len(axis.shown) for axis in windows.axes), cells, marks)


def _content(reading: Reading, position: Position, contents: Blank, zero: str) -> str:
    """The input that lies at a position, cropped or not, or that padding continues there, or a zero."""
    source = reading.source(position)
    if source is not None:
        return contents.input(source)
    if reading.windows.kind(position) != "cropped":
        return zero
    cell = tuple(axis.cell(at) for axis, at in zip(reading.windows.axes, position, strict=True))
    return "" if None in cell else contents.input(cell)  # type: ignore[arg-type] # no None is left


def kernel_grid(windows: Windows, contents: Blank) -> Grid:
    """The kernel as it lies on the input: rotated where the windows say so."""
    start = (0,) * windows.ndim
    weights = [weight for weight, _ in windows.taps(start)]
    slots = product(*(range(size) for size in windows.kernel_size))
    cells = {slot: Cell("weight", contents.weight(weight)) for slot, weight in zip(slots, weights, strict=True)}
    label = f"kernel {shape_label(windows.kernel_size)}"
    if any(axis.flipped for axis in windows.axes) and len(weights) > 1:
        label += ", rotated by 180°"
    return Grid("kernel", label, start, windows.kernel_size, cells)


def output_grid(windows: Windows, name: str = "output") -> Grid:
    """The output, still to come."""
    cells = {output: Cell("to_come") for output in windows.outputs()}
    shape = windows.output_shape
    return Grid(name, f"output {shape_label(shape)}", (0,) * windows.ndim, shape, cells)
