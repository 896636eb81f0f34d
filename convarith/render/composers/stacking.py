"""A stack of layers, and what one of its outputs reads: walked back layer by layer to the input.

What stands in a cell is the number of ways from it to the output, one for each choice of taps that leads there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from math import prod
from typing import TYPE_CHECKING

from convarith.arithmetic.integers import checked_entries, listed
from convarith.errors import ParameterError, RefusedError, ShapeError, axis_name
from convarith.render.composers.contents import Blank
from convarith.render.composers.limits import check_marks, check_size
from convarith.render.composers.numbers import cell_text
from convarith.render.composers.readings import Reading
from convarith.render.composers.sliding import input_grid, output_grid
from convarith.render.composers.words import NAMES, counted, index_text, settings_text, shape_label
from convarith.render.scene import Cell, Line, Lit, Scene, Step, Write

if TYPE_CHECKING:
    from collections.abc import Sequence

    from convarith.arithmetic.axis import Axis
    from convarith.arithmetic.layer import Layer, Shape
    from convarith.arithmetic.windows import Windows
    from convarith.render.scene import Grid, Position

MOST_LAYERS = 8


@dataclass(frozen=True, slots=True)
class Read:
    """What is read of the cells before a layer."""

    positions: tuple[Position, ...]
    """All that its windows read, padding too."""
    ways: dict[Position, int]
    """Index of a cell -> how many ways lead from it to the output."""
    taps: tuple[tuple[Position, Position], ...]
    """(output of the layer, position) of each tap."""


def stacked_windows(layers: Sequence[Layer], input_shape: Shape) -> list[Windows]:
    """The windows of each layer on what the one before it gives.

    Raises:
        ParameterError: there are too few layers, or too many.
        ShapeError: one does not fit, or has too many cells for a picture.
    """
    if not 2 <= len(layers) <= MOST_LAYERS:
        are = "is" if len(layers) == 1 else "are"
        raise ParameterError(
            f"a stack shows 2 to {MOST_LAYERS} layers, and {len(layers)} {are} given", layers=len(layers)
        )
    met: list[Windows] = []
    for number, layer in enumerate(layers, 1):
        try:
            windows = layer.windows(met[-1].output_shape if met else input_shape)
            check_size(windows, 1)
        except RefusedError as refusal:
            raise type(refusal)(f"layer {number}: {refusal.message}", **refusal.numbers) from None
        met.append(windows)
    return met


def checked_output(at: Shape | None, shape: tuple[int, ...]) -> Position:
    """The index of an output, the one in the middle if none is given.

    Raises:
        ShapeError: there is no such output.
    """
    if at is None:
        return tuple([(size - 1) // 2 for size in shape])
    entries = listed(at)
    index = checked_entries((at,) if entries is None else entries, "at", 0)
    if len(index) != len(shape) or any(place >= size for place, size in zip(index, shape, strict=False)):
        raise ShapeError(
            f"there is no output {index_text(index)}; the output is {shape_label(shape)}, give one index from 0 "
            f"for each axis",
            at=index,
            output_shape=shape,
        )
    return index


def stacked_scene(layers: Sequence[Layer], met: Sequence[Windows], at: Position, *, lettered: bool) -> Scene:
    """The scene of one output of a stack, and of what it reads.

    Args:
        layers: from the input to the output.
        met: the windows of each.
        at: the index of the output.
        lettered: whether cells say how many ways lead from them to the output.
    """
    reads = list(_walked_back(met, at))
    grids = [*(_map(windows, number) for number, windows in enumerate(met)), _last(met)]
    ndim, last = met[0].ndim, len(met)
    lit = [Lit(_name(last), at, "now")]
    lines: list[Line] = []
    steps = [Step(tuple(lit), (Write(_name(last), at, Cell("done", "1" * lettered)),), f"output {index_text(at)}")]
    for number, read in zip(range(last - 1, -1, -1), reads, strict=True):
        name = _name(number)
        lit += [Lit(name, position, "tap") for position in read.positions]
        if ndim == 1:
            above = _stretch(met, number + 1)
            lines += [
                Line((_name(number + 1), (output[0] * above,)), (name, position)) for output, position in read.taps
            ]
        writes = [
            Write(name, _position(index, met[number]), Cell("done" if number else "input", cell_text(count) * lettered))
            for index, count in read.ways.items()
        ]
        steps.append(Step(tuple(lit), tuple(writes), _note(number, read), tuple(lines)))
    field = _box(reads[-1].ways)
    settings = [
        f"{number}. {layer.kind.capitalize()}: {settings_text(layer)}" for number, layer in enumerate(layers, 1)
    ]
    shapes = [shape_label(windows.input_shape) for windows in met] + [shape_label(met[-1].output_shape)]
    captions = (*_alike(settings), *_fields(met))
    walked = "; ".join(step.note for step in steps[1:])
    return Scene(
        title=f"A stack of {len(layers)} layers, and what one output reads: {field} of the input",
        captions=captions,
        alt=(
            f"A stack of {len(layers)} layers, {' → '.join(shapes)}: {'; '.join(captions)}. From output "
            f"{index_text(at)} it is walked back to the input: {walked}."
        ),
        rows=tuple((grid,) for grid in reversed(grids)) if ndim == 1 else (tuple(grids),),
        links=tuple((below.name, above.name) for below, above in pairwise(grids)) if ndim > 1 else (),
        names={
            **NAMES,
            "padding": "padding",
            "tap": "read by the output",
            "now": "the output",
            "to_come": "not read by it",
        },
        steps=tuple(steps),
        poster=last,
    )


def _walked_back(met: Sequence[Windows], at: Position) -> list[Read]:
    """What is read before each layer, the last layer first."""
    reads = []
    ways = {at: 1}
    for windows in reversed(met):
        check_marks(len(ways) * prod(windows.kernel_size))
        positions: dict[Position, None] = {}
        before: dict[Position, int] = {}
        taps = []
        for output, count in ways.items():
            for _, position in windows.taps(output):
                positions[position] = None
                taps.append((output, position))
                source = windows.source(position)
                if source is not None:
                    before[source] = before.get(source, 0) + count
        ways = dict(sorted(before.items()))
        reads.append(Read(tuple(sorted(positions)), ways, tuple(taps)))
    return reads


def _name(number: int) -> str:
    return f"map {number}"


def _map(windows: Windows, number: int) -> Grid:
    """What goes into a layer: the input, or what the layer before it gave."""
    grid = input_grid(Reading(windows), Blank(), "", name=_name(number))
    if not number:
        return grid
    cells = {at: Cell("to_come") if cell.role == "input" else cell for at, cell in grid.cells.items()}
    return replace(grid, label=grid.label.replace("input", f"after layer {number}:", 1), cells=cells)


def _last(met: Sequence[Windows]) -> Grid:
    grid = output_grid(met[-1], _name(len(met)))
    return replace(grid, label=f"after layer {len(met)}: {shape_label(grid.shape)}")


def _stretch(met: Sequence[Windows], number: int) -> int:
    """How far apart the cells of a map of one axis lie."""
    return met[number].axes[0].input_dilation if number < len(met) else 1


def _position(index: Position, windows: Windows) -> Position:
    return tuple([at * axis.input_dilation for at, axis in zip(index, windows.axes, strict=True)])


def _box(indices: dict[Position, int]) -> str:
    """The least block around some cells."""
    if not indices:
        return "nothing"
    sizes = tuple([max(along) - min(along) + 1 for along in zip(*indices, strict=True)])
    return f"a length of {sizes[0]}" if len(sizes) == 1 else shape_label(sizes)


def _note(number: int, read: Read) -> str:
    """What is read before a layer, in words."""
    where = f"before layer {number + 1}" if number else "of the input"
    if not read.ways:
        return f"{where}: padding alone"
    words = f"{where}: {counted(len(read.ways), 'cell')}, within {_box(read.ways)}"
    beside = len(read.positions) - len(read.ways)
    return f"{words}, and {counted(beside, 'position')} beside them" if beside else words


def _alike(settings: list[str]) -> list[str]:
    """The layers, one a line; several that are alike in one."""
    words = [setting.partition(". ")[2] for setting in settings]
    return [f"Layers 1 to {len(words)}: {words[0]}"] if len(set(words)) == 1 else settings


def _fields(met: Sequence[Windows]) -> list[str]:
    """The formula of the receptive field with its numbers, once where the axes agree."""
    if any(axis.input_dilation > 1 for windows in met for axis in windows.axes):
        return []  # a stretched input is read in places
    axes = list(zip(*(windows.axes for windows in met), strict=True))
    formulas = [_field(along) for along in axes]
    lead = "Receptive field 1 + Σ (k̂ - 1)·(strides before it)"
    if len(set(formulas)) == 1:
        return [f"{lead} = {formulas[0]}"]
    return [lead, *(f"{axis_name(axis, len(axes))}: {formula}" for axis, formula in enumerate(formulas))]


def _field(along: Sequence[Axis]) -> str:
    total, stride, terms = 1, 1, ["1"]
    for axis in along:
        total += (axis.span - 1) * stride
        terms.append(f"{axis.span - 1}·{stride}")
        stride *= axis.stride
    return f"{' + '.join(terms)} = {total}"
