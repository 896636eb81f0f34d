"""One window after another: a convolution, a pooling, or a transposed convolution as its equivalent.

The scene is the padded, stretched input with the current window lit, the kernel as it lies there, and the output
filling up.
"""

from __future__ import annotations

from itertools import product
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from convarith.numerics.borders import extended
from convarith.render.composers.contents import Blank, sum_text
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
    from collections.abc import Callable, Iterator

    from convarith.arithmetic.explanation import Explanation
    from convarith.arithmetic.windows import Windows
    from convarith.render.scene import Position

NO_INPUT = "nothing, no input in the window"


class Reading:
    """What a window reads: which input stands at each position, also where padding continues it."""

    def __init__(self, windows: Windows, padding_mode: str = "zeros") -> None:
        self.windows = windows
        self._continued: Any = None
        if padding_mode != "zeros":
            numbered = np.arange(1, prod(windows.input_shape) + 1).reshape(windows.input_shape)
            self._continued = extended(numbered[None, None], windows, padding_mode)[0][0, 0]

    def source(self, position: Position) -> Position | None:
        """The index of the input that stands at a position, or None where it is a zero."""
        if self._continued is None:
            return self.windows.source(position)
        at = tuple(x + axis.before for x, axis in zip(position, self.windows.axes, strict=True))
        if not all(0 <= x < size for x, size in zip(at, self._continued.shape, strict=True)):
            return None
        number = int(self._continued[at]) - 1
        return None if number < 0 else tuple(int(x) for x in np.unravel_index(number, self.windows.input_shape))

    def met(self, output: Position) -> Iterator[tuple[Position, Position, Position]]:
        """(weight, position, index of the input) for every tap of a window that meets an input."""
        for weight, position in self.windows.taps(output):
            source = self.source(position)
            if source is not None:
                yield weight, position, source


def weighted_sum(reading: Reading, contents: Blank) -> Callable[[Position], str]:
    """``3·0 + 1·2``: inputs times weights."""
    return lambda output: sum_text([contents.term(source, weight) for weight, _, source in reading.met(output)])


def maximum(reading: Reading, contents: Blank) -> Callable[[Position], str]:
    """``max(3, 1, 2)``."""

    def words(output: Position) -> str:
        met = [contents.term(source) for _, _, source in reading.met(output)]
        return f"max({', '.join(term.strip('()') for term in met)})" if met else NO_INPUT

    return words


def mean(reading: Reading, contents: Blank) -> Callable[[Position], str]:
    """``(3 + 1 + 2)/9``: padding counts, what is beyond it does not."""
    windows = reading.windows

    def words(output: Position) -> str:
        counts = sum(windows.kind(position) not in ("overhang", "cropped") for _, position in windows.taps(output))
        terms = [contents.term(source) for _, _, source in reading.met(output)] or ["0"]
        if not counts:
            return NO_INPUT
        return f"({sum_text(terms)})/{counts}" if len(terms) > 1 else f"{terms[0]}/{counts}"

    return words


def first_highest(reading: Reading, x: Any) -> Callable[[Position], Position | None]:
    """Output -> the position of the first cell that holds the maximum of its window, if there is one."""

    def winner(output: Position) -> Position | None:
        met = [(position, x[source]) for _, position, source in reading.met(output)]
        return max(met, key=lambda cell: cell[1])[0] if met else None

    return winner


def slid_scene(
    kind: str,
    explanation: Explanation,
    reading: Reading,
    contents: Blank,
    words: Callable[[Position], str],
    *,
    kernel: bool,
    names: dict[str, str],
    zero: str,
    winner: Callable[[Position], Position | None] | None = None,
    said: str = "",
) -> Scene:
    """The scene of a layer's windows, from what stands in them and what is said of each.

    Args:
        kind: of layer, for title and words.
        explanation: for title, captions and words.
        reading: the windows, and what they read.
        contents: what stands in cells.
        words: what a window comes to, written out.
        kernel: whether there are weights to show.
        names: what differs from the usual names in the legend.
        zero: what stands in padding that holds no input.
        winner: output -> the position that is marked as its maximum.
        said: what the layer does not say of itself: which padding it has.
    """
    windows = reading.windows
    row = [input_grid(reading, contents, zero)]
    if kernel:
        row.append(kernel_grid(windows, contents))
    row.append(output_grid(windows))
    tags = contents if kernel else Blank()
    steps = tuple(
        Step(
            (*window_lit(windows, output, tags, winner), Lit("output", output, "now")),
            (Write("output", output, Cell("done", contents.output(output))),),
            contents.note(output, words(output)),
        )
        for output in windows.outputs()
    )
    return Scene(
        title=title(explanation.layer, kind) + (f", {said}" if said else ""),
        captions=captions(explanation),
        alt=alternative_text(explanation, kind, how_text(windows) + (f" It has {said}." if said else "")),
        rows=tuple((grid,) for grid in row) if windows.ndim == 1 else (tuple(row),),
        links=(("input", "output"),),
        names={**NAMES, **names},
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
