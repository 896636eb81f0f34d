"""One window after another: a convolution, a pooling, or a transposed convolution as its equivalent.

The scene is the padded, stretched input with the current window lit, the kernel as it lies there, and the output
filling up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import TYPE_CHECKING, Any

from convarith.arithmetic.explanation import every_axis
from convarith.arithmetic.integers import integer
from convarith.errors import ParameterError, ShapeError, axis_name, nearest
from convarith.numerics.convolution import weighed
from convarith.numerics.reductions import averaged, highest
from convarith.render.composers.numbers import (
    LARGE,
    SMALL,
    cell_text,
    checked,
    factor_text,
    is_exact,
    number_text,
    seeded,
    seeded_kernel,
)
from convarith.render.scene import Cell, Grid, Lit, Scene, Step, Write

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from convarith.arithmetic.explanation import Explanation
    from convarith.arithmetic.layer import Layer, Shape
    from convarith.arithmetic.unused import Unused
    from convarith.arithmetic.windows import Windows
    from convarith.render.scene import Position

    Sentence = Callable[[Position], str]

STEP_LIMIT = 1_000
"""At most this many windows are shown, one a frame."""

CELL_LIMIT = 5_000
"""At most this many cells are drawn in one grid."""

AXIS_LIMIT = 3
"""At most this many axes; the slices of the first of three lie side by side."""

TERM_LIMIT = 27
"""A sum of more terms than this is not written out."""

NO_INPUT = "nothing, no input in the window"

REDUCTIONS = ("max", "avg")


@dataclass(frozen=True, slots=True)
class Numbers:
    """What stands in a picture: input x, output y, the kernel if there is one, what padding shows, and what is said."""

    x: NDArray[Any]
    y: NDArray[Any]
    sentence: Sentence
    zeros: str
    kernel: NDArray[Any] | None = None
    winner: Callable[[Position], Position | None] | None = None


def compose(
    layer: Layer,
    input_shape: Shape,
    *,
    input: ArrayLike | None = None,
    kernel: ArrayLike | None = None,
    reduce: str = "max",
    seed: int = 0,
) -> Scene:
    """The scene of a layer's windows moving over an input.

    Args:
        layer: a `Conv`, `Pool` or `ConvTranspose` (shown as its equivalent direct convolution).
        input_shape: spatial shape, 1 to 3 axes.
        input: the numbers in the input, of input_shape; seeded small ones by default.
        kernel: the weights, of the layer's kernel_size; seeded small ones by default.
        reduce: what a pooling does: ``max`` or ``avg``.
        seed: for the numbers that are not given.

    Raises:
        ShapeError: the layer does not fit, numbers have another shape, or the picture would be too large.
        ParameterError: ``reduce`` is unknown, or a kernel is given to a pooling.
    """
    seed = integer(seed, "seed", 0)
    if reduce not in REDUCTIONS:
        raise ParameterError(f"unknown reduction {reduce!r}; {nearest(str(reduce), REDUCTIONS)}", value=reduce)
    windows = layer.windows(input_shape)
    check_size(windows)
    explanation = layer.explain(input_shape)
    if layer.kind == "pooling":
        if kernel is not None:
            raise ParameterError("a pooling has no weights; leave the kernel out")
        return _pooled(windows, explanation, input, reduce, seed)
    shape, kernel_size = windows.input_shape, windows.kernel_size
    x = seeded(shape, SMALL, seed) if input is None else checked(input, shape, "input")
    w = seeded_kernel(kernel_size, seed) if kernel is None else checked(kernel, kernel_size, "kernel")

    def sentence(output: Position) -> str:
        terms = []
        for tap, position in windows.taps(output):
            source = windows.source(position)
            if source is not None:
                terms.append(f"{factor_text(x[source])}·{factor_text(w[tap])}")
        return _sum_text(terms)

    numbers = Numbers(x, weighed(x, w, windows), sentence, zeros="0", kernel=w)
    return _scene(layer.kind, windows, explanation, numbers)


def check_size(windows: Windows) -> None:
    """Refuse a picture that would be too large to look at, before anything is made for it.

    Raises:
        ShapeError: too many axes, windows or cells.
    """
    if windows.ndim > AXIS_LIMIT:
        raise ShapeError(
            f"a picture shows up to {AXIS_LIMIT} axes and this input has {windows.ndim}; leave some out",
            ndim=windows.ndim,
            limit=AXIS_LIMIT,
        )
    steps = prod(windows.output_shape)
    if steps > STEP_LIMIT:
        raise ShapeError(
            f"the animation would have {steps} frames, one for each window, more than the limit of {STEP_LIMIT}; "
            f"make the input smaller or the stride larger",
            frames=steps,
            limit=STEP_LIMIT,
        )
    cells = prod(
        axis.shown.stop - axis.shown.start for axis in windows.axes
    )  # the kernel, as it lies there, has no more
    if cells > CELL_LIMIT:
        raise ShapeError(
            f"the animation would have {cells} cells in one grid, more than the limit of {CELL_LIMIT}; "
            f"make the input, the padding or the kernel smaller",
            cells=cells,
            limit=CELL_LIMIT,
        )


def _pooled(windows: Windows, explanation: Explanation, given: ArrayLike | None, reduce: str, seed: int) -> Scene:
    shape = windows.input_shape
    x = seeded(shape, LARGE, seed) if given is None else checked(given, shape, "input")

    def met(output: Position) -> list[tuple[Position, Any]]:
        """Each position of the window that holds an input, with its number."""
        found = ((position, windows.source(position)) for _, position in windows.taps(output))
        return [(position, x[source]) for position, source in found if source is not None]

    if reduce == "max":

        def largest(output: Position) -> str:
            cells = met(output)
            return f"max({', '.join(number_text(value) for _, value in cells)})" if cells else NO_INPUT

        def winner(output: Position) -> Position | None:
            cells = met(output)
            return max(cells, key=lambda cell: cell[1])[0] if cells else None

        output = highest(x if _every_window_meets_input(windows) else x.astype(float), windows)
        numbers = Numbers(x, output, largest, zeros="", winner=winner)
        return _scene("maximum pooling", windows, explanation, numbers)

    def mean(output: Position) -> str:
        counts = sum(windows.kind(position) not in ("overhang", "cropped") for _, position in windows.taps(output))
        terms = [factor_text(value) for _, value in met(output)] or ["0"]
        if not counts:
            return NO_INPUT
        return f"({_sum_text(terms)})/{counts}" if len(terms) > 1 else f"{terms[0]}/{counts}"

    return _scene("average pooling", windows, explanation, Numbers(x, averaged(x, windows), mean, zeros="0"))


def _every_window_meets_input(windows: Windows) -> bool:
    return all(any(True for _ in axis.entries(output)) for axis in windows.axes for output in range(axis.count))


def _scene(kind: str, windows: Windows, explanation: Explanation, numbers: Numbers) -> Scene:
    """The scene, from the windows, what stands in them, and what is said of each."""
    row = [_input_grid(windows, numbers)]
    if numbers.kernel is not None:
        row.append(_kernel_grid(windows, numbers.kernel))
    outputs = {output: Cell("to_come") for output in windows.outputs()}
    ndim = windows.ndim
    row.append(
        Grid("output", f"output {shape_label(windows.output_shape)}", (0,) * ndim, windows.output_shape, outputs)
    )
    steps = []
    for output in windows.outputs():
        lit = [Lit("input", position, "tap") for _, position in windows.taps(output)]
        best = numbers.winner(output) if numbers.winner else None
        if best is not None:
            lit.append(Lit("input", best, "winner"))
        lit.append(Lit("output", output, "now"))
        value = numbers.y[output]
        text = number_text(value)
        note = f"output {index_text(output)}  =  {numbers.sentence(output)}  {'=' if is_exact(value) else '≈'}  {text}"
        steps.append(Step(tuple(lit), (Write("output", output, Cell("done", cell_text(value))),), note))
    return Scene(
        title=title(explanation, kind),
        captions=captions(explanation),
        alt=alternative_text(explanation, kind),
        rows=tuple((grid,) for grid in row) if ndim == 1 else (tuple(row),),
        links=(("input", "output"),),
        names=_names(numbers.zeros),
        steps=tuple(steps),
    )


def _input_grid(windows: Windows, numbers: Numbers) -> Grid:
    reads = [{at: axis.reads(at) for at in axis.shown} for axis in windows.axes]
    cells, marks = {}, {}
    for position in product(*reads):
        role = windows.kind(position)
        if role in ("input", "cropped"):
            cells[position] = Cell(role, _content(windows, position, numbers.x))
        else:
            cells[position] = Cell(role, "" if role == "overhang" else numbers.zeros)
        if role not in ("overhang", "cropped") and not all(read[at] for read, at in zip(reads, position, strict=True)):
            marks[position] = ("unread",)
    label = f"input {shape_label(windows.input_shape)}"
    if windows.stretched_shape != windows.input_shape:
        label += f", stretched to {shape_label(windows.stretched_shape)}"
    if windows.padded_shape != windows.stretched_shape:
        label += f", {_padded_word(windows)} to {shape_label(windows.padded_shape)}"
    origin = tuple(axis.shown.start for axis in windows.axes)
    return Grid("input", label, origin, tuple(len(axis.shown) for axis in windows.axes), cells, marks)


def _padded_word(windows: Windows) -> str:
    sides = [side for axis in windows.axes for side in (axis.before, axis.after)]
    words = ["padded"] * (max(sides) > 0) + ["cropped"] * (min(sides) < 0)
    return " and ".join(words)


def _content(windows: Windows, position: Position, x: NDArray[Any]) -> str:
    """The number of the input cell that lies at a position, cropped or not."""
    cell = [axis.cell(at) for axis, at in zip(windows.axes, position, strict=True)]
    return "" if None in cell else cell_text(x[tuple(cell)])


def _kernel_grid(windows: Windows, kernel: NDArray[Any]) -> Grid:
    """The kernel as it lies on the input: rotated where the windows say so."""
    start = (0,) * windows.ndim
    weights = [weight for weight, _ in windows.taps(start)]
    slots = product(*(range(size) for size in windows.kernel_size))
    cells = {slot: Cell("weight", cell_text(kernel[weight])) for slot, weight in zip(slots, weights, strict=True)}
    label = f"kernel {shape_label(windows.kernel_size)}"
    if any(axis.flipped for axis in windows.axes) and len(weights) > 1:
        label += ", rotated by 180°"
    return Grid("kernel", label, start, windows.kernel_size, cells)


def _sum_text(terms: list[str]) -> str:
    if len(terms) > TERM_LIMIT:
        return f"a sum of {len(terms)} terms"
    return " + ".join(terms) or "0"


# Words


def shape_label(shape: tuple[int, ...]) -> str:
    """A shape as a picture writes it.

    >>> shape_label((6, 6))
    '6×6'
    """
    return "×".join(map(str, shape))


def index_text(index: Position) -> str:
    """An index in parentheses, without the comma of a lone one."""
    return f"({', '.join(map(str, index))})"


def title(explanation: Explanation, kind: str) -> str:
    """``Convolution: kernel 3, stride 2, padding 1``."""
    return f"{kind.capitalize()}: {_settings_text(explanation)}"


def captions(explanation: Explanation) -> tuple[str, ...]:
    """The formulas with their numbers: once where the axes agree, and one line for each axis else."""
    ndim = len(explanation.input_shape)
    lead = f"Relationship {explanation.relationship}: " if explanation.relationship else ""
    outputs = [line for line in explanation.lines if line.name == "output"]
    spans = [f"Relationship 15: {line.derivation}" for line in explanation.lines if line.name == "span"]
    if len({line.derivation for line in outputs}) == 1:
        return (lead + outputs[0].derivation, *dict.fromkeys(spans))
    by_name = (f"{axis_name(line.axis, ndim)}: {line.result}" for line in outputs)
    return (lead + explanation.formula, *by_name, *dict.fromkeys(spans))


def alternative_text(explanation: Explanation, kind: str) -> str:
    """What someone who does not see the picture should know."""
    shapes = f"{shape_label(explanation.input_shape)} gives an output of {shape_label(explanation.output_shape)}"
    lead = (
        f"Animation: {kind} with {_settings_text(explanation)}. An input of {shapes}, one window at a time: "
        f"{'; '.join(captions(explanation))}."
    )
    if any(explanation.cropped):
        cropped = [
            f"{count} of {size}" for count, size in zip(explanation.cropped, explanation.input_shape, strict=True)
        ]
        lead += f" Cropped inputs: {every_axis(cropped)}."
    unread = [_unread_text(unused) for unused in explanation.unused]
    if set(unread) == {"nothing"}:
        return f"{lead} Every position of the padded input is read."
    where = " on each axis" if len(unread) > 1 and len(set(unread)) == 1 else ""
    return f"{lead} Never read: {every_axis(unread)}{where}."


def _unread_text(unused: Unused) -> str:
    if not unused.total:
        return "nothing"
    if unused.total == 1:
        return "1 position (of the input)" if unused.input else "1 position (not of the input)"
    return f"{unused.total} positions ({unused.input or 'none'} of them input)"


def _settings_text(explanation: Explanation) -> str:
    """The layer's settings in words: ``kernel 3×5, stride 2, same padding``."""
    words = []
    for name, value in explanation.layer.settings.items():
        spoken = name.replace("_size", "").replace("_", " ")
        if value is True:
            words.append(spoken)
        elif isinstance(value, str):
            words.append(f"{value.replace('_', ' ')} {spoken}")
        else:
            words.append(f"{spoken} {'×'.join(map(str, value)) if isinstance(value, tuple) else value}")
    return ", ".join(words)


def _names(zeros: str) -> dict[str, str]:
    padding = "padding (zeros)" if zeros else "padding (nothing)"
    return {
        "input": "input",
        "inserted": "inserted zeros",
        "padding": padding,
        "extra": "added zeros a",
        "overhang": "beyond the padding",
        "cropped": "cropped",
        "tap": "window",
        "winner": "maximum",
        "now": "output of this window",
        "unread": "never read",
    }
